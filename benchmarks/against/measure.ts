import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Sampled values by the name of the measure. Times are in milliseconds, sizes in bytes. */
export type Samples = Record<string, number>;

const REPORT_USE = pathToFileURL(join(import.meta.dirname, 'report-use.mjs')).href;
const SEARCHER = join(import.meta.dirname, 'searcher.mjs');
/** Environment variables without which a function refuses to load. */
const FUNCTION_VARIABLES = {
  SRAG_LOCATION: 's3://bucket/prefix',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
};
/** Number of runs of each short process per round; odd, so that there is a middle run. */
const RUNS = 5;
const QUESTION = 'topic models of research impact';

/**
 * Measures one round of a built checkout: ingests `corpus`, builds an index and searches it from new
 * processes.
 */
export async function measureRound(checkout: string, corpus: string, location: string): Promise<Samples> {
  const cli = (...words: string[]) =>
    run([join(checkout, 'dist/cli/main.js'), ...words, '--location', location, '--json']);
  const { stdout: help } = await run([join(checkout, 'dist/cli/main.js'), 'ingest', '--help']);
  // Newer versions of `srag ingest` also build an index; here the build is measured separately.
  const ingest = await cli('ingest', corpus, ...(help.includes('--no-index') ? ['--no-index'] : []));
  const build = await cli('index', 'build', 'snapshot');
  const search = await cli('search', QUESTION);
  const library = await medianOf(() => libraryRun(checkout, location));
  const { firstMs, warmMs } = library;
  const handler = JSON.stringify(pathToFileURL(join(checkout, 'dist/functions/retrieve/index.mjs')).href);
  // Exits explicitly, because preparation after loading would wait for services that do not exist here.
  const init = await medianOf(() => run(['--eval', `await import(${handler}); process.exit()`]));
  return {
    'ingest, wall': ingest.wallMs,
    'ingest, CPU time': ingest.processorMs,
    'index build snapshot, CPU time': build.processorMs,
    'srag search, wall': search.wallMs,
    'srag search, CPU time': search.processorMs,
    'first answer of the library': firstMs,
    'first answer of the library, CPU time': library.processorMs,
    'warm query of the library': warmMs,
    'peak memory of the library': library.peakBytes,
    'peak memory of srag search': search.peakBytes,
    'load of the retrieve function, wall': init.wallMs,
    'load of the retrieve function, CPU time': init.processorMs,
  };
}

interface LibraryRun {
  readonly firstMs: number;
  readonly warmMs: number;
  readonly wallMs: number;
  readonly processorMs: number;
  readonly peakBytes: number;
}

async function libraryRun(checkout: string, location: string): Promise<LibraryRun> {
  const { stdout, ...use } = await run([SEARCHER, join(checkout, 'dist/snapshot.js'), location]);
  return { ...(JSON.parse(stdout) as { firstMs: number; warmMs: number }), ...use };
}

/** Returns the run with the median duration: single runs of a 0.1 s process vary by 10 %. */
async function medianOf<T extends { readonly wallMs: number }>(measure: () => Promise<T>): Promise<T> {
  const runs: T[] = [];
  for (let number = 0; number < RUNS; number++) runs.push(await measure());
  return runs.sort((left, right) => left.wallMs - right.wallMs)[(RUNS - 1) / 2]!;
}

/** Bundle sizes of a built checkout, uncompressed and compressed. */
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
  const measured = JSON.parse(readFileSync(use, 'utf8')) as { processorMs: number; peakBytes: number };
  rmSync(use);
  return { stdout, wallMs, ...measured };
}
