/**
 * Compares index kinds on collections of several sizes with `srag compare`, behind the S3 model and on OpenSearch.
 * Options: `npm run bench:backends -- --help`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { measurementsOf } from '../src/measure/index.ts';
import { startOpenSearch } from '../test/servers/aws-servers.ts';
import { createBucket } from './s3-model/bucket.ts';
import { startModelledS3 } from './s3-model/client.ts';
import { generate } from './synthetic-vectors/generate.ts';

const KINDS = 'lancedb-flat,lancedb-ivf-hnsw-sq,snapshot,opensearch-hnsw,opensearch-on-disk,opensearch-exact';
const POINTS =
  '2000x384,5000x768,10000x384,10000x128,20000x768,4000x1024,30000x384,25000x1024,60000x128,50000x768,100000x384';
const BUCKET = 'comparison';

const HELP = `Usage: npm run bench:backends -- [options]

Compares index kinds with srag compare on collections of several sizes, one comparison per collection. Indexes are
stored behind the S3 model; OpenSearch runs on this machine. Requires versitygw and OpenSearch (npm run servers:install)
and npm run build. A comparison that exists is not repeated.

  --output DIR          (default backends-run)
  --points LIST         rows x dimensions of synthetic collections, for example 2000x384,10000x384
  --data DIR            a dataset folder (BEIR layout) instead
  --vectors DIR         its vectors (default: the first folder in DIR/vectors)
  --kinds LIST          (default ${KINDS})
  --questions N         (default 40)
  --seed N              (default 1)
  --measurements FILE   write what srag advise uses of all comparisons in the output folder; srag ships
                        src/measure/advice/measurements.json
  --help`;

const { values } = parseArgs({
  options: {
    output: { type: 'string', default: 'backends-run' },
    points: { type: 'string', default: POINTS },
    kinds: { type: 'string', default: KINDS },
    data: { type: 'string' },
    vectors: { type: 'string' },
    questions: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    measurements: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help === true) {
  process.stdout.write(`${HELP}\n`);
  process.exit(0);
}
const output = resolve(values.output);
const program = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
const seed = Number(values.seed);

/** A dataset folder, its vectors, and the name of its comparison. */
interface Measured {
  readonly name: string;
  readonly data: string;
  readonly vectors: string;
}

await mkdir(output, { recursive: true });
const points = values.data === undefined ? values.points.split(',') : [];
for (const point of points) await measureOnce(point, () => synthetic(point));
if (values.data !== undefined) {
  const data = resolve(values.data);
  const vectors = join(data, 'vectors');
  const name = data.split('/').at(-1)!;
  await measureOnce(name, async () => ({
    name,
    data,
    vectors: resolve(values.vectors ?? join(vectors, readdirSync(vectors)[0]!)),
  }));
}

if (values.measurements !== undefined) await writeMeasurements(resolve(values.measurements));

/** Writes the measurements of all comparisons, with four significant digits. */
async function writeMeasurements(path: string): Promise<void> {
  const names = readdirSync(output).filter((name) => name.endsWith('.json'));
  const measurements = await Promise.all(
    names.toSorted().map(async (name) => {
      const document: unknown = JSON.parse(await readFile(join(output, name), 'utf8'));
      return measurementsOf(document, name.replace('.json', ''));
    }),
  );
  const rounded = (_: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
  await writeFile(path, `${JSON.stringify(measurements.flat(), rounded, 2)}\n`);
}

async function measureOnce(name: string, prepare: () => Promise<Measured>): Promise<void> {
  const result = join(output, `${name}.json`);
  if (existsSync(result)) return;
  const startedMs = performance.now();
  const comparison = await compare(await prepare());
  await writeFile(`${result}.part`, comparison);
  await rename(`${result}.part`, result);
  process.stderr.write(`${name}: ${((performance.now() - startedMs) / 1_000).toFixed(0)} s\n`);
}

async function synthetic(point: string): Promise<Measured> {
  const [rows = 0, dimensions = 0] = point.split('x').map(Number);
  const data = join(output, `data-${point}`);
  if (!existsSync(join(data, 'qrels', 'test.tsv'))) {
    const clusters = Math.min(1_000, Math.ceil(rows / 100));
    const options = { out: data, rows, dimensions, queries: 200, clusters, seed, threads: 2, texts: true };
    await generate({ ...options, spread: undefined }, () => {});
  }
  return { name: point, data, vectors: join(data, 'vectors', `synthetic-${dimensions}`) };
}

/** The comparison of one collection as JSON; the servers start empty. */
async function compare({ name, data, vectors }: Measured): Promise<string> {
  const folder = join(output, `s3-${name}`);
  const s3 = await startModelledS3({}, folder);
  const openSearch = await startOpenSearch();
  try {
    await createBucket(s3.model.endpoint, s3.credentials, BUCKET);
    const environment = {
      AWS_ENDPOINT_URL_S3: s3.model.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
      SRAG_OPENSEARCH_URL: openSearch.endpoint,
    };
    const place = ['--location', `s3://${BUCKET}/${name}`];
    const corpus = ['corpus.jsonl', 'corpus.jsonl.gz'].find((file) => existsSync(join(data, file)))!;
    await srag(environment, 'ingest', join(data, corpus), '--vectors', vectors, '--no-index', ...place);
    const questions = await writeQuestions(name, data);
    const options = ['--vectors', vectors, '--mode', 'vector', '--limit', values.questions, '--json'];
    return await srag(environment, 'compare', questions, '--kinds', values.kinds, ...options, ...place);
  } finally {
    await openSearch.stop();
    await s3.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes the questions without their judgements, so that recall is measured against exact search. */
async function writeQuestions(name: string, data: string): Promise<string> {
  const path = join(output, `questions-${name}.jsonl`);
  const given = gunzipSync(await readFile(join(data, 'queries.jsonl.gz'))).toString();
  const lines = given.trim().split('\n');
  const questions = lines.map((line) => JSON.parse(line) as { _id: string; text: string });
  await writeFile(path, questions.map(({ _id, text }) => `${JSON.stringify({ id: _id, text })}\n`).join(''));
  return path;
}

async function srag(environment: Readonly<Record<string, string>>, ...words: string[]): Promise<string> {
  const child = spawn(process.execPath, [program, ...words], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  if (exitCode !== 0) throw new Error(`srag ${words.join(' ')} ended with ${exitCode}.`);
  return text;
}
