/**
 * Measures the snapshot index at growing sizes, and extrapolates to ten times the largest: `npm run
 * bench:growth -- --help`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { latencyQuantiles, mean, quantile } from '../src/measure/index.ts';
import { fileStorage, openSearcher } from '../src/snapshot.ts';
import { extrapolate, FORMULAE, type Measured } from './growth/model.ts';
import { type GrowthOptions, HELP, readGrowthOptions } from './growth/options.ts';
import { growthTable } from './growth/table.ts';
import { type BuildFacts, buildFactsPath } from './snapshot/build/facts.ts';
import { type Sample, samplesOf } from './snapshot/samples.ts';

const QUERIES = 200;
const TIMES = 10;

const options = readGrowthOptions(process.argv.slice(2));
if (options === 'help') process.stdout.write(`${HELP}\n`);
else await main(options);

async function main(given: GrowthOptions): Promise<void> {
  await mkdir(given.work, { recursive: true });
  const measured: Measured[] = [];
  for (const rows of [...given.sizes].sort((left, right) => left - right))
    measured.push(await measure(given, rows));
  const expected = extrapolate(measured, TIMES * measured.at(-1)!.rows);
  process.stdout.write(
    `${growthTable(measured, expected)}\n\n${FORMULAE.map((one) => `- ${one}\n`).join('')}`,
  );
}

async function measure({ work, dimensions, rounds, cacheMb, threads }: GrowthOptions, rows: number) {
  const name = `${rows}x${dimensions}`;
  const data = join(work, `data-${name}`);
  if (!existsSync(join(data, 'corpus.jsonl.gz'))) {
    const size = ['--rows', String(rows), '--dimensions', String(dimensions), '--queries', String(QUERIES)];
    await run('synthetic-vectors/main.ts', '--out', data, ...size, '--threads', String(threads));
  }
  const json = join(work, `result-${name}.json`);
  const place = join(work, name);
  if (!existsSync(json)) {
    const what = ['--data', data, '--kinds', 'snapshot', '--scenario', 'cold,warm,memory', '--places', 's3'];
    const how = ['--rounds', String(rounds), '--first-queries', '0', '--cache-mb', String(cacheMb)];
    await run('bench-snapshot.ts', ...what, ...how, '--work', place, '--json', json);
  }
  return factsOf(join(place, 'indexes', 'snapshot'), json);
}

async function run(program: string, ...args: string[]): Promise<void> {
  const path = join(import.meta.dirname, program);
  const child = spawn(process.execPath, ['--no-warnings', path, ...args], { stdio: ['ignore', 2, 2] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}.`);
}

/** Combines the measured samples with the section sizes of the index. */
async function factsOf(folder: string, json: string): Promise<Measured> {
  const { samples } = JSON.parse(await readFile(json, 'utf8')) as { readonly samples: readonly Sample[] };
  const searcher = await openSearcher({ storage: fileStorage(folder) });
  const described = searcher.describe() as Readonly<Record<string, number>>;
  await searcher.close();
  const facts = JSON.parse(await readFile(buildFactsPath(folder), 'utf8')) as BuildFacts;
  const manifest = await readManifest(folder);
  const cold = samplesOf(samples, 'cold');
  const warm = samplesOf(samples, 'warm');
  const median = (values: readonly number[]): number => quantile([...values], 0.5);
  const coldMedian = (of: (sample: (typeof cold)[number]) => number): number => median(cold.map(of));
  return {
    rows: described.rows!,
    dimensions: described.dimensions!,
    codesBytes: described.codesBytes!,
    directoryBytes: described.directoryBytes!,
    leavesBytes: described.leavesBytes!,
    totalBytes: described.totalBytes!,
    partitions: manifest.buildParameters.partitions!,
    nprobes: manifest.queryParameters.nprobes!,
    coldMs: coldMedian(({ firstAnswerMs }) => firstAnswerMs),
    coldReads: coldMedian(({ traffic }) => traffic!.reads),
    coldWaves: coldMedian(({ traffic }) => traffic!.waves),
    coldBytes: coldMedian(({ traffic }) => traffic!.bytes),
    warmMs: median(warm.map(({ latenciesMs }) => latencyQuantiles(latenciesMs).p50)),
    recall: mean(warm.flatMap(({ recalls }) => recalls)),
    coldRssBytes: median(samplesOf(samples, 'memory').map(({ rssBytes }) => rssBytes)),
    warmRssBytes: median(warm.map(({ rssBytes }) => rssBytes ?? Number.NaN)),
    buildMs: manifest.build.durationMs,
    buildPeakBytes: facts.indexPeakBytes,
  };
}

interface Manifest {
  readonly buildParameters: Readonly<Record<string, number>>;
  readonly queryParameters: Readonly<Record<string, number>>;
  readonly build: { readonly durationMs: number };
}

async function readManifest(folder: string): Promise<Manifest> {
  const indexes = join(folder, 'default', 'indexes');
  const { version } = JSON.parse(await readFile(join(indexes, 'published.json'), 'utf8')) as {
    version: string;
  };
  if (!(await readdir(indexes)).includes(version)) throw new Error(`${indexes} lacks ${version}.`);
  return JSON.parse(await readFile(join(indexes, version, 'manifest.json'), 'utf8')) as Manifest;
}
