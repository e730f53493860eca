/** `npm run fuzz:api [-- --requests N --laptop N --seed N]`: the HTTP API under generated requests; exit code 1 on a breach. */
import { parseArgs } from 'node:util';
import { fuzzApi } from '../test/support/fuzz/fuzz-api.ts';
import { openServedProject } from '../test/support/served.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    laptop: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '20261124' },
  },
});
const seed = Number(values.seed);
let isClean = true;
for (const [name, requests, words] of [
  ['in process', Number(values.requests), ['--in-process']],
  [
    'laptop cloud',
    Number(values.laptop),
    ['--storage-model', 'none', '--rate', '100000', '--burst', '100000'],
  ],
] as const) {
  if (requests === 0) continue;
  const project = await openServedProject(words);
  const startedMs = performance.now();
  const { statuses, failures } = await fuzzApi(project.url, { requests, seed });
  const isGood = await project.answersWell();
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
  console.log(`${name}: ${requests} requests in ${seconds} s; by status ${JSON.stringify(statuses)}`);
  console.log(
    `${name}: ${failures.length} breaches; a good request at the end is ${isGood ? 'answered' : 'NOT answered'}`,
  );
  for (const failure of failures) console.log(`  ${failure}`);
  isClean &&= failures.length === 0 && isGood;
  await project.close();
}
process.exitCode = isClean ? 0 : 1;
