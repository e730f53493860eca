/**
 * `npm run fuzz:api [-- --requests N --laptop N --schemathesis N --seed N]`: fuzzes the HTTP API of both
 * servers with generated requests, with repetitive texts at the size limits, and, if `--schemathesis` is
 * given, with requests of Schemathesis (`npm run servers:install`). Polls `/health` meanwhile. Exits with 1
 * if a server violates the API contract.
 */
import { parseArgs } from 'node:util';
import { type FuzzReport, fuzzApi, sendEach } from '../test/support/fuzz/fuzz-api.ts';
import { growthRequests } from '../test/support/fuzz/growth.ts';
import { HealthWatch } from '../test/support/fuzz/health-watch.ts';
import { fuzzBySchemathesis } from '../test/support/fuzz/schemathesis.ts';
import { openServedProject } from '../test/support/served.ts';

/** Limits of a run. */
const MOST_P99_MS = 100;
const MOST_GROWTH_MB = 200;

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    laptop: { type: 'string', default: '2000' },
    schemathesis: { type: 'string', default: '0' },
    seed: { type: 'string', default: '20261124' },
  },
});
const seed = Number(values.seed);
const byOthers = Number(values.schemathesis);
let isClean = true;
for (const [name, requests, words] of [
  ['in process', Number(values.requests), ['--in-process']],
  [
    'laptop cloud',
    Number(values.laptop),
    ['--storage-model', 'none', '--rate', '100000', '--burst', '100000'],
  ],
] as const) {
  if (requests + byOthers === 0) continue;
  const project = await openServedProject(words);
  // Memory that a server allocates for its first answers does not count as growth.
  await project.answersWell();
  const watch = new HealthWatch(project.url, project.pid);
  const run = async (what: string, fuzz: () => Promise<FuzzReport>): Promise<void> => {
    const startedMs = performance.now();
    const { sent, statuses, failures } = await fuzz();
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
    console.log(`${name}, ${what}: ${sent} requests in ${seconds} s; by status ${JSON.stringify(statuses)}`);
    console.log(`${name}, ${what}: ${failures.length} breaches`);
    for (const failure of failures) console.log(`  ${failure}`);
    isClean &&= failures.length === 0;
  };
  await run('generated', () => fuzzApi(project.url, { requests, seed }));
  await run('growth inputs', () => sendEach(project.url, growthRequests()));
  if (byOthers > 0)
    await run('Schemathesis', () => fuzzBySchemathesis(project.url, { requests: byOthers, seed }));
  const { polls, failed, p50Ms, p99Ms, maxMs, rssGrowthMb } = await watch.stop();
  const isGood = await project.answersWell();
  console.log(
    `${name}: ${polls} polls of /health, ${failed} failed; p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, longest ${maxMs.toFixed(0)} ms; memory grew by ${rssGrowthMb.toFixed(0)} MB`,
  );
  console.log(`${name}: a valid request at the end is ${isGood ? 'answered' : 'NOT answered'}`);
  isClean &&= isGood && failed === 0 && p99Ms <= MOST_P99_MS && rssGrowthMb <= MOST_GROWTH_MB;
  await project.close();
}
process.exitCode = isClean ? 0 : 1;
