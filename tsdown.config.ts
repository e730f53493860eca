import { esmExternalRequirePlugin } from 'rolldown/plugins';
import { defineConfig, type Rolldown, type UserConfig } from 'tsdown';
import { thirdPartyNotices } from './scripts/third-party-notices.ts';

/** Functions whose bundles contain all their dependencies, by folder name. */
const FUNCTIONS = ['baseline', 'retrieve', 'generate', 'stream', 'warmup'];

/**
 * Lazy imports that small functions never reach: other engines, index builds, sources of credentials that
 * Lambda lacks, and the SDK's browser detection.
 */
const NEVER_LOADED = [
  '@lancedb/lancedb',
  'apache-arrow',
  '@huggingface/transformers',
  '@aws-sdk/client-s3',
  /^@aws-sdk\/credential-provider-(sso|ini|process|web-identity|login)/,
  /^@aws-sdk\/(token-providers|nested-clients)/,
  /^@smithy\/credential-provider-imds/,
  'bowser',
  /\/snapshot\/build\/build\.ts$/,
  /\/opensearch\/build\.ts$/,
  /\/s3-vectors\/build\.ts$/,
  /\/indexes\/lancedb\/index\.ts$/,
];

/** Functions that open no index. */
const WITHOUT_INDEX: readonly string[] = ['baseline', 'warmup'];
const INDEXES_ON_SERVERS = /\/indexes\/(?:opensearch|s3-vectors)\/index\.ts$/;

const library: UserConfig = {
  entry: {
    index: 'src/index.ts',
    snapshot: 'src/snapshot.ts',
    'cli/main': 'src/cli/main.ts',
    // Programs that run in other threads and processes. As part of cli/main.js, they would start the command
    // line.
    'cli/file-reader': 'src/corpus/ingest/reader/program.ts',
    'cli/jsonata-worker': 'src/laptop/state-machine/jsonata/worker.ts',
    'cli/selftest-worker': 'src/measure/selftest/worker.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // package.json refers to .js and .d.ts files, which are ES modules because of `"type": "module"`.
  fixedExtension: false,
  dts: true,
  sourcemap: false,
  // aws4 calls `require`, which users' bundlers cannot convert to imports in an ES module.
  deps: { alwaysBundle: ['aws4'] },
  plugins: [
    esmExternalRequirePlugin({ external: [/^(?:url|querystring|crypto)$/] }),
    thirdPartyNotices(['node_modules/pdfjs-dist']),
  ],
  // Excludes the folders that the bundles below clean themselves.
  clean: ['dist/*', '!dist/functions', '!dist/emulator'],
  copy: [
    { from: 'src/cloud/functions/*.json', to: 'dist/functions' },
    // CMaps of East Asian fonts, which unpdf omits; their licence is among them.
    { from: 'node_modules/pdfjs-dist/cmaps/*', to: 'dist/cmaps' },
  ],
};

/** Price tables without the fields that only document them: source, date and notes. */
const pricesForFunctions: Rolldown.Plugin = {
  name: 'prices-for-functions',
  transform: {
    filter: { id: /\/src\/api\/cost\/prices\/.+\.json$/ },
    handler: (text) =>
      JSON.stringify(JSON.parse(text), (key, value) =>
        ['source', 'notedOn', 'note', 'notice'].includes(key) ? undefined : value,
      ),
  },
};

/** The bundle of a function: contains everything except what a small function never loads. */
const bundle = (name: string): UserConfig => ({
  entry: { index: `src/cloud/functions/handlers/${name}.ts` },
  outDir: `dist/functions/${name}`,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  fixedExtension: true,
  dts: false,
  minify: true,
  clean: true,
  noExternal: () => true,
  // AWS's packages name their ES modules in `module`; unlike their CommonJS, unused operations are left out.
  inputOptions: { resolve: { mainFields: ['module', 'main'] } },
  external: WITHOUT_INDEX.includes(name) ? [...NEVER_LOADED, INDEXES_ON_SERVERS] : [...NEVER_LOADED],
  inlineOnly: false,
  plugins: [thirdPartyNotices(), pricesForFunctions],
});

/** The runtime of the laptop's execution environments, a separate program. */
const runtime: UserConfig = {
  ...bundle('runtime'),
  entry: { bootstrap: 'src/laptop/runtime/bootstrap.ts' },
  outDir: 'dist/emulator',
  minify: false,
};

export default defineConfig([library, runtime, ...FUNCTIONS.map(bundle)]);
