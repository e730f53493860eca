import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: { index: 'src/index.ts', snapshot: 'src/snapshot.ts', 'cli/main': 'src/cli/main.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // The names that package.json states: .js and .d.ts, which `"type": "module"` makes ES modules.
  fixedExtension: false,
  dts: true,
  sourcemap: false,
  clean: true,
});
