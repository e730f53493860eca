/**
 * Compares the snapshot index with its peers, cold, warm and in memory: `npm run bench:snapshot -- --help`.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { asSragError } from '../src/core/index.ts';
import { DEFAULT_SETTINGS } from '../src/laptop/index.ts';
import { describeEnvironment } from '../src/measure/index.ts';
import { packageVersions } from './index-kinds/bundle.ts';
import { checkedOutCommit } from './index-kinds/commit.ts';
import { recallJudge } from './index-kinds/recall.ts';
import { createBucket, REGION } from './s3-model/bucket.ts';
import { startModelledS3 } from './s3-model/client.ts';
import { bundlePrograms } from './snapshot/bundle.ts';
import type { CandidateKind } from './snapshot/candidates.ts';
import type { Place } from './snapshot/jobs.ts';
import { HELP, readOptions, type SnapshotBenchOptions, TOP_K } from './snapshot/options.ts';
import { BUCKET, buildOnce, type PreparedData, prepareData, uploadOnce } from './snapshot/prepare.ts';
import { formatReport } from './snapshot/report.ts';
import { runRounds } from './snapshot/rounds.ts';

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

async function main(options: SnapshotBenchOptions): Promise<number> {
  const work = options.work ?? (await mkdtemp(join(tmpdir(), 'srag-bench-snapshot-')));
  const programs = await bundlePrograms(options.kinds);
  const data = await prepareData(options.data, options.vectors, work);
  try {
    const absent: Record<string, string> = {};
    const present = options.kinds.filter((kind) => {
      const reason =
        options.mode !== 'vector' && !kind.lexical ? `absent: it has no ${options.mode} mode` : undefined;
      const why = reason ?? programs.absence(kind);
      if (why !== undefined) absent[kind.name] = why;
      return why === undefined;
    });
    const builds: Record<string, { readonly buildMs: number }> = {};
    const folders = new Map<string, string>();
    for (const kind of present) {
      const { folder, buildMs } = await buildOnce(kind, data, work, options.rebuild.includes(kind.name), say);
      folders.set(kind.name, folder);
      builds[kind.name] = { buildMs };
    }
    const { samples, failures } = await measure(options, data, work, present, folders, programs.pathOf);
    const report = {
      schemaVersion: SCHEMA_VERSION,
      benchmark: 'snapshot',
      createdAt: new Date().toISOString(),
      commit: checkedOutCommit(),
      environment: describeEnvironment(
        await packageVersions(options.kinds.flatMap(({ packages }) => packages)),
      ),
      configuration: {
        dataset: data.dataset.name,
        rows: data.vectors.rows,
        dimensions: data.vectors.dimensions,
        topK: TOP_K,
        s3: { ...DEFAULT_SETTINGS, latencyMs: options.latencyMs, faultRate: options.faultRate },
        ...withoutPaths(options),
      },
      builds,
      absent,
      failures,
      samples,
    };
    if (options.json !== undefined) {
      await mkdir(dirname(options.json), { recursive: true });
      await writeFile(options.json, `${JSON.stringify(report)}\n`);
    }
    const { rows, dimensions } = data.vectors;
    const title = `${data.dataset.name}: ${rows} rows x ${dimensions}, ${options.mode}, S3 at ${options.latencyMs} ms, medians of ${options.rounds} rounds`;
    process.stdout.write(`${title}\n\n${formatReport(samples, { ...absent, ...failures })}\n`);
    return Object.keys(failures).length > 0 ? 3 : 0;
  } finally {
    await data.vectors.close();
    await programs.remove();
    if (options.work === undefined) await rm(work, { recursive: true, force: true });
  }
}

async function measure(
  options: SnapshotBenchOptions,
  data: PreparedData,
  work: string,
  kinds: readonly CandidateKind[],
  folders: ReadonlyMap<string, string>,
  pathOf: (program: CandidateKind['program']) => string,
) {
  const { latencyMs, faultRate, places } = options;
  const { dataset, vectors, queryVectors, queryCount } = data;
  const most = Math.min(queryCount, Math.max(options.queries, options.firstQueries, options.session));
  const judge = await recallJudge(vectors, dataset.documentIds, queryVectors, most, TOP_K, say);
  const server = places.includes('s3')
    ? await startModelledS3({ latencyMs, faultRate }, join(work, 's3'))
    : undefined;
  try {
    const s3PlaceOf = ({ name }: CandidateKind, isDirect = false): Place & { kind: 's3' } => {
      if (server === undefined) throw new Error('This run does not use S3.');
      const endpoint = isDirect ? server.direct : server.model.endpoint;
      const { credentials } = server;
      return { kind: 's3', endpoint, region: REGION, bucket: BUCKET, prefix: name, credentials };
    };
    const onS3 = server === undefined ? [] : kinds.filter(({ readsS3 }) => readsS3);
    if (server !== undefined) await createBucket(server.direct, server.credentials, BUCKET);
    for (const kind of onS3) await uploadOnce(folders.get(kind.name)!, s3PlaceOf(kind, true));
    const diskPlaceOf = ({ name }: CandidateKind): Place => ({ kind: 'disk', folder: folders.get(name)! });
    const programOf = ({ program }: CandidateKind): string => pathOf(program);
    const bench = { options, data, model: server?.model, work, judge, programOf, s3PlaceOf, diskPlaceOf };
    return await runRounds(bench, kinds, say);
  } finally {
    await server?.stop();
  }
}

/** The options without paths, which are meaningful only on this machine. */
function withoutPaths({
  data: _,
  vectors: __,
  json: ___,
  work: ____,
  ...configuration
}: SnapshotBenchOptions) {
  return configuration;
}
