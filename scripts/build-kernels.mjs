// Compiles the WebAssembly kernels and writes the bytes into the source. `--check` only compares them.
import { readFileSync, writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

const FOLDER = 'src/indexes/snapshot/kernels';
const COMMON = [
  '-O3',
  '--runtime',
  'stub',
  '--noAssert',
  '--importMemory',
  '--use',
  'abort=',
  '--enable',
  'simd',
];
const KERNELS = {
  // Relaxed swizzles differ between machines only for indices that the kernel never uses.
  query: ['--enable', 'relaxed-simd'],
  build: [],
};

let stale = 0;
for (const [name, options] of Object.entries(KERNELS)) {
  const path = `${FOLDER}/${name}-wasm.ts`;
  const { error, binary, stderr } = await compile(`kernels/assembly/${name}.ts`, options);
  if (error) {
    process.stderr.write(`${stderr}\n`);
    process.exit(1);
  }
  const source = [
    `/** kernels/assembly/${name}.ts, compiled by \`npm run build:kernels\`: ${binary.length} bytes of WebAssembly, base64. */`,
    `export const ${name.toUpperCase()}_WASM =\n  '${Buffer.from(binary).toString('base64')}';\n`,
  ].join('\n');
  if (process.argv.includes('--check')) {
    if (readFileSync(path, 'utf8') !== source) {
      process.stderr.write(
        `${path} is not the compiled kernels/assembly/${name}.ts: run npm run build:kernels\n`,
      );
      stale += 1;
    }
  } else writeFileSync(path, source);
}
process.exit(stale === 0 ? 0 : 1);

async function compile(file, options) {
  let binary = new Uint8Array();
  const { error, stderr } = await asc.main([file, '--outFile', 'out.wasm', ...COMMON, ...options], {
    writeFile: (_, contents) => {
      binary = contents;
    },
  });
  return { error, binary, stderr: stderr.toString() };
}
