import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Samples by measure; times in milliseconds, sizes in bytes. */
export type Samples = Record<string, number>;

const REPORT_USE = pathToFileURL(join(import.meta.dirname, 'report-use.mjs')).href;
const SEARCHER = join(import.meta.dirname, 'searcher.mjs');
/** Without these a function refuses to load. */
const FUNCTION_VARIABLES = {
  SRAG_LOCATION: 's3://bucket/prefix',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
};
const QUESTION = 'topic models of research impact';

/** One round of a built checkout: ingests `corpus`, builds an index, searches it from new processes. */
export async function measureRound(checkout: string, corpus: string, location: string): Promise<Samples> {
  const cli = (...words: string[]) =>
    run([join(checkout, 'dist/cli/main.js'), ...words, '--location', location, '--json']);
  const { stdout: help } = await run([join(checkout, 'dist/cli/main.js'), 'ingest', '--help']);
  // Newer versions of ingest build an index, too; here the build is measured separately.
  const ingest = await cli('ingest', corpus, ...(help.includes('--no-index') ? ['--no-index'] : []));
  const build = await cli('index', 'build', 'snapshot');
  const search = await cli('search', QUESTION);
  const library = await run([SEARCHER, join(checkout, 'dist/snapshot.js'), location]);
  const { firstMs, warmMs } = JSON.parse(library.stdout) as { firstMs: number; warmMs: number };
  const handler = join(checkout, 'dist/functions/retrieve/index.mjs');
  const init = await run(['--eval', `await import(${JSON.stringify(pathToFileURL(handler).href)})`]);
  return {
    'ingest, wall': ingest.wallMs,
    'ingest, processor': ingest.processorMs,
    'index build snapshot, processor': build.processorMs,
    'srag search, wall': search.wallMs,
    'srag search, processor': search.processorMs,
    'first answer of the library': firstMs,
    'first answer of the library, processor': library.processorMs,
    'warm query of the library': warmMs,
    'load of the retrieve function, wall': init.wallMs,
    'load of the retrieve function, processor': init.processorMs,
  };
}

/** Code of the bundles of a built checkout, as it is and compressed. */
export function bundleSizes(checkout: string): Samples {
  const functions = join(checkout, 'dist/functions');
  const sizes: Samples = {};
  for (const entry of readdirSync(functions, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === 'lancedb') continue;
    const folder = join(functions, entry.name);
    const code = readdirSync(folder).filter((name) => name.endsWith('.mjs'));
    const bytes = Buffer.concat(code.map((name) => readFileSync(join(folder, name))));
    sizes[`${entry.name}, code`] = bytes.length;
    sizes[`${entry.name}, code compressed`] = gzipSync(bytes).length;
  }
  return sizes;
}

async function run(words: readonly string[]) {
  const use = join(tmpdir(), `srag-bench-use-${process.pid}`);
  const marks = { SRAG_BENCH_PARENT: String(process.pid), SRAG_BENCH_USE: use };
  const startedMs = performance.now();
  const child = spawn(process.execPath, ['--no-warnings', '--import', REPORT_USE, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...FUNCTION_VARIABLES, ...marks },
  });
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  const wallMs = performance.now() - startedMs;
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}:\n${stdout}`);
  const processorMs = Number(readFileSync(use, 'utf8'));
  rmSync(use);
  return { stdout, wallMs, processorMs };
}
