/**
 * Load test of `srag serve`: sends requests at a constant rate from the start (open loop) to `/retrieve` of
 * the built functions, whose concurrency is limited. Latency is measured from the time at which a request was
 * due. Every request is counted by its status.
 *
 *   npm run build && npm run bench:serve -- [options]
 *
 *   --rate N           requests a second (default 1000)
 *   --seconds N        (default 30)
 *   --concurrency N    execution environments of the function (default 20)
 *   --documents N      documents of the index that the benchmark builds (default 200)
 *   --location DIR     use an existing location instead, with the same lexical questions
 *   --json FILE        summary and raw samples
 *
 * Exit code 1: a status other than 200 and 429, a 429 without Retry-After, or counts that do not sum to the
 * number of requests sent.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantile } from '../src/measure/index.ts';
import { optionsOf } from './options.ts';
import { byStatus, openLoop } from './serve/open-loop.ts';
import { serveProcess } from './serve/serve-process.ts';
import { questionOf, smallLocation } from './serve/small-location.ts';

const values = optionsOf(import.meta.filename, {
  rate: { type: 'string', default: '1000' },
  seconds: { type: 'string', default: '30' },
  concurrency: { type: 'string', default: '20' },
  documents: { type: 'string', default: '200' },
  location: { type: 'string' },
  json: { type: 'string' },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const folder = await mkdtemp(join(tmpdir(), 'srag-bench-serve-'));
try {
  const location = values.location ?? (await smallLocation(folder, Number(values.documents)));
  const serving = await serveProcess([
    ...['--location', location, '--concurrency', values.concurrency],
    // The stage's throttle is above the load, so only the function's concurrency limit refuses requests.
    ...['--rate', String(rate * 10), '--burst', String(rate * 10)],
  ]);
  const step = { url: serving.url, path: '/retrieve', ratePerSecond: rate, seconds };
  const outcomes = await openLoop({
    ...step,
    bodyOf: (number) => JSON.stringify({ question: questionOf(number), topK: 5 }),
  });
  const { code, lines } = await serving.stop();
  const logged = lines.filter((line) => line.startsWith('POST /retrieve')).length;
  const summary = byStatus(outcomes);
  const sent = Math.round(rate * seconds);
  const counted = Object.values(summary).reduce((sum, { count }) => sum + count, 0);
  const late = outcomes.map(({ lateMs }) => lateMs);
  console.table(
    Object.fromEntries(
      Object.entries(summary).map(([status, { codes, ...row }]) => [
        status,
        {
          ...Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Math.round(value)])),
          codes: JSON.stringify(codes),
        },
      ]),
    ),
  );
  console.log(
    `sent ${sent} at ${rate}/s, counted ${counted}, in the access log ${logged}; send delay p50 ` +
      `${quantile(late, 0.5).toFixed(1)} ms, p99 ${quantile(late, 0.99).toFixed(0)} ms; serve exited with ${code}; ` +
      `load average ${loadavg()[0]?.toFixed(1)}`,
  );
  if (values.json !== undefined)
    await writeFile(
      values.json,
      JSON.stringify({ options: values, sent, counted, logged, summary, outcomes }),
    );
  const isClean =
    counted === sent &&
    Object.keys(summary).every((status) => status === '200' || status === '429') &&
    (summary['429']?.count ?? 0) === (summary['429']?.withRetryAfter ?? 0);
  if (!isClean) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
