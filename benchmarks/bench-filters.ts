/**
 * Measures recall, reads and latency of the snapshot index with two kinds of filters: a hash of the id that
 * selects 50, 10, 1 or .1 % of the rows, and the dataset's `categories`, which correlate with the clusters.
 * The ground truth is exact search within the filter. Options: `npm run bench:filters -- --help`.
 */
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createGunzip } from 'node:zlib';
import { dotProduct, type Filter, matchesFilter } from '../src/core/index.ts';
import { openWorkspace } from '../src/index.ts';
import { quantile } from '../src/measure/index.ts';
import { openVectorFolder } from '../src/models/embedders/index.ts';
import { fileStorage, openSearcher, signedS3 } from '../src/snapshot.ts';
import { findVectors } from './index-kinds/prepare.ts';
import { createBucket, REGION } from './s3-model/bucket.ts';
import { startModelledS3 } from './s3-model/client.ts';
import { srag } from './snapshot/build/snapshot.ts';
import { uploadOnce } from './snapshot/prepare.ts';

const HELP = `Usage: npm run bench:filters -- --data DIR [options]

Measures recall@10 against exact search within filters of 50, 10, 1 and .1 % and by category, with cold and warm latency, reads
and bytes. S3 is versitygw behind a latency model of 25 ms (npm run servers:install).

  --data DIR      dataset in the BEIR layout with vectors/ and a metadata field \`categories\`
  --queries N     questions per filter (default 100)
  --json FILE     write the results
  --work DIR      folder that keeps corpus and index for the next run (default: a temporary folder)
  --help`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    data: { type: 'string' },
    work: { type: 'string' },
    queries: { type: 'string', default: '100' },
    json: { type: 'string' },
  },
});
if (values.help === true || values.data === undefined) {
  (values.help === true ? process.stdout : process.stderr).write(`${HELP}\n`);
  process.exit(values.help === true ? 0 : 2);
}
const [data, asked] = [values.data, Number(values.queries)];
const work = values.work ?? (await mkdtemp(join(tmpdir(), 'srag-bench-filters-')));
const location = join(work, 'filters');
const TOP_K = 10;

interface Row {
  readonly id: string;
  readonly bucket: number;
  readonly categories: readonly string[];
}

/** A number from 0 to 999 that depends only on the id (FNV-1a). */
function bucketOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % 1_000;
}

/** Writes the corpus with the fields `bucket` and `categories`; returns its rows. */
async function prepareCorpus(target: string): Promise<Row[]> {
  const rows: Row[] = [];
  const lines: string[] = [];
  const input = createReadStream(join(data, 'corpus.jsonl.gz')).pipe(createGunzip());
  for await (const line of createInterface({ input })) {
    const record = JSON.parse(line) as { _id: string; metadata?: Record<string, unknown> };
    const categories = String(record.metadata?.categories ?? '').split(',');
    const row = { id: record._id, bucket: bucketOf(record._id), categories };
    rows.push(row);
    lines.push(
      JSON.stringify({ ...record, metadata: { ...record.metadata, bucket: row.bucket, categories } }),
    );
  }
  await writeFile(target, `${lines.join('\n')}\n`);
  return rows;
}

const FILTERS: readonly { readonly name: string; readonly filter: Filter }[] = [
  { name: '50 %', filter: { field: 'bucket', op: 'lt', value: 500 } },
  { name: '10 %', filter: { field: 'bucket', op: 'lt', value: 100 } },
  { name: '1 %', filter: { field: 'bucket', op: 'lt', value: 10 } },
  { name: '0.1 %', filter: { field: 'bucket', op: 'eq', value: 7 } },
  { name: 'categories cs.CL', filter: { field: 'categories', op: 'eq', value: 'cs.CL' } },
];

await mkdir(work, { recursive: true });
const corpusPath = join(work, 'filters.jsonl');
const rows = await prepareCorpus(corpusPath);
const folder = await openVectorFolder(await findVectors(data));
if (!existsSync(location)) {
  const fields = ['--field', 'bucket:number', '--field', 'categories:string[]'];
  const vectors = ['--vectors', await findVectors(data), ...fields];
  await srag('ingest', corpusPath, ...vectors, '--location', location, '--json');
  await srag('index', 'build', 'snapshot', '--param', 'lexical=0', '--location', location, '--json');
}
const vectors: Float32Array[] = [];
const workspace = await openWorkspace({ location });
const corpus = await workspace.corpus(await workspace.collection());
const byId = new Map<string, Float32Array>();
for await (const batch of corpus.scan({ withVectors: true, withTerms: false }))
  for (const { chunk, vector } of batch) byId.set(chunk.documentId, vector!);
for (const { id } of rows) vectors.push(byId.get(id)!);
await workspace.close();
const questions = (await folder.queries())!.vectors;
const questionOf = (index: number): Float32Array =>
  questions.subarray(index * folder.dimensions, (index + 1) * folder.dimensions);

function truth(question: Float32Array, filter: Filter): Set<string> {
  const best: { id: string; score: number }[] = [];
  rows.forEach((row, index) => {
    if (!matchesFilter(filter, { bucket: row.bucket, categories: row.categories })) return;
    const score = dotProduct(question, vectors[index]!);
    if (best.length === TOP_K && score <= best[TOP_K - 1]!.score) return;
    best.push({ id: row.id, score });
    best.sort((left, right) => right.score - left.score);
    best.length = Math.min(best.length, TOP_K);
  });
  return new Set(best.map(({ id }) => id));
}

const s3 = await startModelledS3({ latencyMs: 25 }, join(work, 'filters-s3'));
const results = [];
try {
  const { credentials, direct, model } = s3;
  const place = { kind: 's3', bucket: 'bench', prefix: 'filters', region: REGION, credentials } as const;
  await createBucket(direct, credentials, place.bucket);
  await uploadOnce(location, { ...place, endpoint: direct });
  const cache = join(work, 'filters-cache');
  await rm(cache, { recursive: true, force: true });
  const warm = await openSearcher({ storage: fileStorage(location), cache: { folder: cache } });
  await warm.hydrate();
  for (const { name, filter } of FILTERS) {
    const sample = { cold: [] as number[], reads: [] as number[], mb: [] as number[], warm: [] as number[] };
    let [coldFound, warmFound, wanted] = [0, 0, 0];
    for (let index = 0; index < asked; index++) {
      const vector = questionOf(index);
      const expected = truth(vector, filter);
      wanted += expected.size;
      const startedMs = performance.now();
      const cold = await openSearcher({
        storage: signedS3({ ...place, endpoint: model.endpoint }),
        prefetch: 'vector',
      });
      const first = await cold.search({ vector, topK: TOP_K, filter });
      sample.cold.push(performance.now() - startedMs);
      sample.reads.push(first.trace.storage!.reads);
      sample.mb.push(first.trace.storage!.bytes / 1e6);
      await cold.close();
      coldFound += first.hits.filter(({ documentId }) => expected.has(documentId)).length;
      const warmMs = performance.now();
      const { hits } = await warm.search({ vector, topK: TOP_K, filter });
      sample.warm.push(performance.now() - warmMs);
      warmFound += hits.filter(({ documentId }) => expected.has(documentId)).length;
    }
    const middle = (list: readonly number[], digits: number): number =>
      Number(
        quantile(
          list.toSorted((a, b) => a - b),
          0.5,
        ).toFixed(digits),
      );
    results.push({
      filter: name,
      'recall@10 cold': Number((coldFound / wanted).toFixed(4)),
      'recall@10 warm': Number((warmFound / wanted).toFixed(4)),
      'cold open + search ms': middle(sample.cold, 0),
      reads: middle(sample.reads, 0),
      'read MB': middle(sample.mb, 1),
      'warm ms': middle(sample.warm, 2),
    });
    process.stderr.write(`${name} done\n`);
  }
  await warm.close();
} finally {
  await s3.stop();
}
if (values.work === undefined) await rm(work, { recursive: true, force: true });
console.table(results);
if (values.json !== undefined)
  await writeFile(values.json, `${JSON.stringify({ queries: asked, results }, null, 2)}\n`);
process.exit(0);
