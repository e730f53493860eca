/**
 * The reference experiment from nothing to its report: LanceDB Flat, LanceDB IVF_HNSW_SQ and the snapshot index, each
 * on a laptop cloud of its own over the S3 model, asked the same questions under rising load.
 *
 *   npm run reproduce                        made-up data: 100,000 rows
 *   npm run reproduce -- --quick             5,000 rows and short steps
 *   npm run reproduce -- --capacity          Flat and snapshot alone, in steps long enough for means to converge
 *   npm run reproduce -- --data DIR          a dataset folder (BEIR layout) with vectors in DIR/vectors/*
 *
 *   --output DIR    collection, result and report (default reproduce-run); a collection that is there is used again
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defineExperiment, type ExperimentInput, writeSyntheticDataset } from '../src/index.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    capacity: { type: 'boolean', default: false },
    data: { type: 'string' },
    output: { type: 'string', default: 'reproduce-run' },
  },
});
const ROOT = join(import.meta.dirname, '..');
const output = resolve(values.output);
const location = join(output, 'location');

const SYNTHETIC = values.quick
  ? { rows: 5_000, dimensions: 256, clusters: 50, queries: 100, seed: 11 }
  : { rows: 100_000, dimensions: 384, clusters: 500, queries: 500, seed: 11 };
type Load = Pick<ExperimentInput, 'coldStarts' | 'load' | 'stop'>;
/** Low rates for a kind that reads everything, high ones for a kind that reads little. */
const FULL: Load = {
  coldStarts: 20,
  load: { ratesPerSecond: [0.25, 1, 4, 16, 64, 128], blockSeconds: 10, timeoutSeconds: 60 },
  stop: { statistics: ['mean', 'p95'], relativeWidth: 0.1, minSeconds: 20, maxSeconds: 60 },
};
const QUICK: Load = {
  coldStarts: 3,
  load: { ratesPerSecond: [1, 8, 32], blockSeconds: 2, timeoutSeconds: 30 },
  stop: { statistics: ['mean'], relativeWidth: 0.15, minSeconds: 4, maxSeconds: 8 },
};
/** Loads at which Flat (1/s) and the snapshot (64/s) keep every environment busy, for as long as a mean of Flat needs. */
const CAPACITY: Load = {
  coldStarts: 0,
  load: { ratesPerSecond: [1, 64], blockSeconds: 10, timeoutSeconds: 60 },
  stop: {
    statistics: ['mean'],
    relativeWidth: 0.15,
    minSeconds: 20,
    maxSeconds: 420,
    saturatedBelow: 0.8,
  },
};
const LOAD = values.quick ? QUICK : values.capacity ? CAPACITY : FULL;

const startedMs = performance.now();
await mkdir(output, { recursive: true });
await step('Building srag and the function with LanceDB', async () => {
  await npm('build');
  await npm('build:lancedb');
});
const data = values.data === undefined ? join(output, 'data') : resolve(values.data);
if (values.data === undefined && !existsSync(join(data, 'corpus.jsonl')))
  await step(`Making ${SYNTHETIC.rows} rows of ${SYNTHETIC.dimensions} numbers`, async () => {
    await writeSyntheticDataset(data, SYNTHETIC);
  });
const vectors = vectorsOf(data);
await step('Ingesting', () => {
  const corpus = ['corpus.jsonl', 'corpus.jsonl.gz'].find((name) => existsSync(join(data, name)));
  return srag('ingest', join(data, corpus ?? 'corpus.jsonl'), '--vectors', vectors, '--location', location);
});
const declaration = join(output, 'experiment.json');
const results = join(output, 'experiment.results.jsonl');
await writeFile(declaration, `${JSON.stringify(experiment(), null, 2)}\n`);
await step('Measuring', () => srag('bench', 'run', declaration, '--location', location, '--output', results));
await step('Reporting', () =>
  srag(
    ...['report', results, '--markdown', join(output, 'report.md'), '--csv', join(output, 'figures.csv')],
    ...['--charts', join(output, 'charts'), '--output', join(output, 'report.html')],
  ),
);
console.log(`\nReport: ${join(output, 'report.html')} (${minutes(startedMs)})`);

function experiment(): ExperimentInput {
  const variant = (name: string, index: string) => ({ name, index, mode: 'vector', concurrency: 4 }) as const;
  return defineExperiment({
    name: `LanceDB Flat${values.capacity ? '' : ', IVF_HNSW_SQ'} and snapshot on ${values.data === undefined ? 'made-up data' : 'a dataset'}`,
    seed: 11,
    questions: { source: data, vectors, limit: 500 },
    target: 'laptop',
    storageModel: 's3',
    route: 'retrieve',
    variants: [
      variant('flat', 'lancedb-flat'),
      ...(values.capacity ? [] : [variant('hnsw', 'lancedb-ivf-hnsw-sq')]),
      variant('snapshot', 'snapshot'),
    ],
    ...LOAD,
  });
}

/** The folder of ready-made vectors: `vectors`, or the only one in it. */
function vectorsOf(folder: string): string {
  const vectors = join(folder, 'vectors');
  if (!existsSync(vectors))
    throw new Error(`${vectors} is missing: vectors of corpus and queries are needed.`);
  const inner = readdirSync(vectors, { withFileTypes: true }).find((entry) => entry.isDirectory());
  return inner === undefined ? vectors : join(vectors, inner.name);
}

async function step(title: string, work: () => Promise<void>): Promise<void> {
  const fromMs = performance.now();
  console.log(`\n== ${title}`);
  await work();
  console.log(`   ${minutes(fromMs)}`);
}

function minutes(fromMs: number): string {
  const seconds = (performance.now() - fromMs) / 1_000;
  return seconds < 90 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`;
}

function npm(script: string): Promise<void> {
  return run('npm', ['run', '--silent', script], 'ignore');
}

function srag(...words: string[]): Promise<void> {
  return run(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...words], 'inherit');
}

async function run(program: string, words: readonly string[], said: 'ignore' | 'inherit'): Promise<void> {
  const child = spawn(program, words, { cwd: ROOT, stdio: ['ignore', said, said] });
  const [code, signal] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${[program, ...words].join(' ')} ended with ${signal ?? code}.`);
}
