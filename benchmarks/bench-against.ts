/**
 * Compares two built checkouts on the default path: ingest, index build, first answer, warm queries, startup
 * of the command line and of a function, peak memory, bundle sizes. The checkouts run alternately; every
 * other round reverses their order.
 *
 *   npm run build && npm run bench:against -- --against DIR --data DIR [options]
 *
 *   --against DIR      the other checkout, already built
 *   --data DIR         folder with corpus.jsonl.gz
 *   --records N        number of its records (default 20000)
 *   --rounds N         (default 5)
 *   --limit RATIO      highest allowed ratio of this checkout's median to the other's (default 1.05)
 *   --json FILE        raw samples
 *
 * Exit code 1: a ratio is over the limit. On a busy machine, processor times are more reliable than wall
 * times.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { quantile } from '../src/measure/index.ts';
import { bundleSizes, measureRound, type Samples } from './against/measure.ts';
import { optionsOf } from './options.ts';

const values = optionsOf(
  import.meta.filename,
  {
    against: { type: 'string' },
    data: { type: 'string' },
    records: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '5' },
    limit: { type: 'string', default: '1.05' },
    json: { type: 'string' },
  },
  ['against', 'data'],
);
const checkouts = { this: join(import.meta.dirname, '..'), other: resolve(values.against) };
type Checkout = keyof typeof checkouts;

const work = await mkdtemp(join(tmpdir(), 'srag-bench-against-'));
try {
  const corpus = join(work, 'corpus.jsonl');
  await writeRecords(join(values.data, 'corpus.jsonl.gz'), corpus, Number(values.records));
  const rounds: Record<Checkout, Samples[]> = { this: [], other: [] };
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of round % 2 === 0 ? (['other', 'this'] as const) : (['this', 'other'] as const)) {
      const location = join(work, `${name}-${round}`);
      rounds[name].push(await measureRound(checkouts[name], corpus, location));
      await rm(location, { recursive: true });
    }
    process.stderr.write(`round ${round + 1} of ${values.rounds}\n`);
  }
  const sizes = { this: bundleSizes(checkouts.this), other: bundleSizes(checkouts.other) };
  const rows = [
    ...Object.keys(rounds.this[0]!).map((measure) => row(measure, (name) => median(rounds[name], measure))),
    ...Object.keys(sizes.this).map((measure) => row(measure, (name) => sizes[name][measure] ?? Number.NaN)),
  ];
  console.table(Object.fromEntries(rows));
  console.log(`load average ${loadavg()[0]!.toFixed(1)}`);
  if (values.json !== undefined)
    await writeFile(values.json, `${JSON.stringify({ options: values, rounds, sizes }, undefined, 2)}\n`);
  if (rows.some(([, { ratio }]) => ratio > Number(values.limit))) process.exitCode = 1;
} finally {
  await rm(work, { recursive: true, force: true });
}

function row(measure: string, sampleOf: (name: Checkout) => number) {
  const [other, current] = [sampleOf('other'), sampleOf('this')];
  return [
    measure,
    { other: rounded(other), this: rounded(current), ratio: Math.round((1_000 * current) / other) / 1_000 },
  ] as const;
}

function rounded(value: number): number {
  return value < 100 ? Math.round(100 * value) / 100 : Math.round(value);
}

function median(samples: readonly Samples[], measure: string): number {
  return quantile(
    samples.map((sample) => sample[measure]!),
    0.5,
  );
}

async function writeRecords(from: string, to: string, count: number): Promise<void> {
  const file = createWriteStream(to);
  let written = 0;
  for await (const line of createInterface({ input: createReadStream(from).pipe(createGunzip()) })) {
    if (written++ === count) break;
    file.write(`${line}\n`);
  }
  file.end();
  await finished(file);
}
