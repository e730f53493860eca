// Builds dist/functions/lancedb: one asset with LanceDB's native library and every handler that may need it.
// Removes the native library's symbol tables, which are unused at run time; this reduces 202 MB to 168 MB.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'tsdown';
import { thirdPartyNotices } from './third-party-notices.ts';

const OUT = 'dist/functions/lancedb';
const HANDLERS = ['retrieve', 'generate', 'stream', 'warmup', 'ingest'];
const BUDGET_MB = 230;
/** LanceDB's package with the native library for Lambda's processor and operating system. */
const NATIVE = `@lancedb/lancedb-linux-${process.env.SRAG_ASSET_ARCH ?? process.arch}-gnu`;
const ROOTS = ['@lancedb/lancedb', 'apache-arrow'];

rmSync(OUT, { recursive: true, force: true });
await build({
  config: false,
  entry: {
    ...Object.fromEntries(HANDLERS.map((name) => [name, `src/cloud/functions/heavy/${name}.ts`])),
    // The process that reads files, started by ingest.
    'file-reader': 'src/corpus/ingest/reader/program.ts',
  },
  outDir: OUT,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  fixedExtension: true,
  dts: false,
  minify: true,
  noExternal: () => true,
  inlineOnly: false,
  external: [/^@lancedb\//, 'apache-arrow', '@huggingface/transformers'],
  logLevel: 'warn',
  plugins: [thirdPartyNotices(['node_modules/pdfjs-dist'])],
});
cpSync('node_modules/pdfjs-dist/cmaps', join(OUT, 'cmaps'), { recursive: true });

for (const name of closure([...ROOTS, NATIVE])) {
  const from = join('node_modules', name);
  const to = join(OUT, 'node_modules', name);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, dereference: true, filter: isNeeded });
}
const native = join(OUT, 'node_modules', NATIVE);
for (const name of readdirSync(native).filter((file) => file.endsWith('.node')))
  withoutSymbols(join(native, name));

const megabytes = sizeOf(OUT) / 1e6;
console.log(`${OUT}: ${megabytes.toFixed(1)} MB unzipped`);
if (megabytes > BUDGET_MB) {
  console.error(`This exceeds ${BUDGET_MB} MB; Lambda allows 250 MB including all layers.`);
  process.exit(1);
}

/** Returns these packages and all their installed dependencies; optional peers are included only if named. */
function closure(names) {
  const found = new Set();
  const visit = (name) => {
    if (found.has(name)) return;
    const manifest = join('node_modules', name, 'package.json');
    if (!existsSync(manifest)) throw new Error(`${name} is not installed.`);
    found.add(name);
    const {
      dependencies = {},
      peerDependencies = {},
      peerDependenciesMeta = {},
    } = JSON.parse(readFileSync(manifest, 'utf8'));
    for (const peer of Object.keys(peerDependencies))
      if (peerDependenciesMeta[peer]?.optional !== true) visit(peer);
    for (const dependency of Object.keys(dependencies)) visit(dependency);
  };
  for (const name of names) visit(name);
  return found;
}

/** Whether a file is needed at run time, or is a licence; excludes types, maps, sources and documentation. */
function isNeeded(path) {
  // LanceDB's own embedders, which depend on packages that are not installed.
  if (/@lancedb\/lancedb\/node_modules(\/|$)/.test(path)) return false;
  if (/\/(licen[cs]e|copying|notice)[^/]*$/i.test(path)) return true;
  return !/\.(d\.[cm]?ts|map|ts|md|flow)$|\/(docs|test|tests)$/.test(path);
}

/** Truncates an ELF file after its last loaded segment, which removes section headers and symbol tables. */
function withoutSymbols(path) {
  const bytes = readFileSync(path);
  const isElf64 = bytes.readUInt32BE(0) === 0x7f454c46 && bytes[4] === 2 && bytes[5] === 1;
  if (!isElf64) return;
  const headers = Number(bytes.readBigUInt64LE(32));
  const [size, count] = [bytes.readUInt16LE(54), bytes.readUInt16LE(56)];
  let end = headers + size * count;
  for (let index = 0; index < count; index++) {
    const at = headers + index * size;
    end = Math.max(end, Number(bytes.readBigUInt64LE(at + 8)) + Number(bytes.readBigUInt64LE(at + 32)));
  }
  bytes.writeBigUInt64LE(0n, 40);
  bytes.writeUInt16LE(0, 60);
  bytes.writeUInt16LE(0, 62);
  writeFileSync(path, bytes.subarray(0, end));
}

function sizeOf(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
