/** Compares LanceDB's index kinds on one corpus with precomputed vectors: `npm run bench:index -- --help`. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { asSragError, SragError } from '../src/core/index.ts';
import { describeEnvironment, readDataset, writeSyntheticDataset } from '../src/measure/index.ts';
import { openVectorFolder } from '../src/models/embedders/index.ts';
import { bundleCandidate, packageVersions } from './index-kinds/bundle.ts';
import { runRounds } from './index-kinds/candidates.ts';
import { checkedOutCommit } from './index-kinds/commit.ts';
import { type BenchOptions, HELP, readOptions, TOP_K } from './index-kinds/options.ts';
import { findVectors, prepareCorpus } from './index-kinds/prepare.ts';
import { recallJudge } from './index-kinds/recall.ts';
import { type Candidate, COLUMNS, formatTable, medians } from './index-kinds/report.ts';

const SCHEMA_VERSION = 1;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(`${HELP}\n`);
  else process.exitCode = await main(options);
} catch (error) {
  const { message, remedy, class: kind } = asSragError(error);
  say(remedy === undefined ? message : `${message} ${remedy}`);
  process.exitCode = kind === 'usage' ? 2 : 1;
}

async function main(options: BenchOptions): Promise<number> {
  const root = options.work ?? (await mkdtemp(join(tmpdir(), 'srag-bench-index-')));
  try {
    const { report, title, candidates } = await measure(root, options);
    if (options.json !== undefined) {
      await mkdir(dirname(options.json), { recursive: true });
      await writeFile(options.json, `${JSON.stringify(report)}\n`);
    }
    process.stdout.write(`${title}\n${formatTable(candidates)}\n`);
    return verdict(candidates, options.minRecall);
  } finally {
    if (options.work === undefined) await rm(root, { recursive: true, force: true });
  }
}

async function measure(root: string, options: BenchOptions) {
  const { rounds, kinds, parameters } = options;
  const data = options.data ?? (await synthetic(join(root, 'synthetic'), options.rows));
  const vectorsFolder = options.vectors ?? (await findVectors(data));
  const dataset = await readDataset(data, { split: options.split });
  const vectors = await openVectorFolder(vectorsFolder);
  vectors.expectRows(dataset.documentIds.length);
  const asked = await vectors.queries();
  if (asked === undefined)
    throw new SragError('INVALID_DATASET', `${vectorsFolder} contains no query vectors.`);
  const queries = Math.min(options.queries, asked.ids.length);

  const workspace = join(root, 'location');
  const startedMs = performance.now();
  const corpus = await prepareCorpus(
    workspace,
    dataset.corpusPath,
    vectorsFolder,
    progressLine(dataset.documentIds.length),
  );
  const ingestMs = performance.now() - startedMs;
  say(`ingest: ${corpus.chunks} chunks in ${(ingestMs / 1_000).toFixed(1)} s`);

  const judge = await recallJudge(vectors, dataset.documentIds, asked.vectors, queries, TOP_K, say);
  const firstVector = [...asked.vectors.subarray(0, vectors.dimensions)];
  const { program, remove } = await bundleCandidate();
  const setting = {
    program,
    workspace,
    vectorsFolder,
    firstVector,
    queries,
    topK: TOP_K,
    parameters,
    judge,
    say,
  };
  const candidates = await runRounds(kinds, rounds, setting).finally(remove);
  await vectors.close();

  const { chunks: rows, dimensions } = corpus;
  const report = {
    schemaVersion: SCHEMA_VERSION,
    benchmark: 'index',
    createdAt: new Date().toISOString(),
    commit: checkedOutCommit(),
    environment: describeEnvironment(await packageVersions()),
    configuration: {
      dataset: dataset.name,
      rows,
      dimensions,
      queries,
      topK: TOP_K,
      rounds,
      kinds,
      parameters,
    },
    columns: COLUMNS.map(({ name, unit, betterWhen }) => ({ name, unit, betterWhen })),
    ingestMs,
    candidates: candidates.map((candidate) => ({ ...candidate, medians: medians(candidate) })),
  };
  const title = `${dataset.name}: ${rows} rows x ${dimensions}, ${queries} queries, medians of ${rounds} rounds`;
  return { report, title, candidates };
}

/** Reports progress after each tenth of the documents. */
function progressLine(total: number): (documents: number) => void {
  let said = 0;
  return (documents) => {
    const tenth = Math.floor((10 * documents) / total);
    if (tenth <= said) return;
    said = tenth;
    say(`ingest: ${documents} of ${total} documents`);
  };
}

function verdict(candidates: readonly Candidate[], minRecall: number): number {
  const low = candidates.filter((candidate) => (medians(candidate)?.['recall@10'] ?? 1) < minRecall);
  for (const { kind } of low) say(`${kind}: recall@${TOP_K} is below ${minRecall}.`);
  if (low.length > 0) return 1;
  return candidates.some(({ failure }) => failure !== undefined) ? 3 : 0;
}

async function synthetic(folder: string, rows: number): Promise<string> {
  say(`creating a synthetic dataset of ${rows} rows`);
  await writeSyntheticDataset(folder, {
    rows,
    dimensions: 128,
    clusters: Math.ceil(rows / 100),
    queries: 500,
    seed: 1,
  });
  return folder;
}
