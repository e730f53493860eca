/** The simulation against the laptop cloud: `npm run build && npm run bench:simulation -- --help`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPrices } from '../src/cost/index.ts';
import { describeEnvironment, limitsOf, parsePlan, type Scenario, simulate } from '../src/measure/index.ts';
import { checkedOutCommit } from './index-kinds/commit.ts';
import { questionOf, smallLocation } from './serve/small-location.ts';
import { type Compared, verdictRows, verdictsOf } from './simulation/compare.ts';
import { type MeasuredLaptop, measureLaptop } from './simulation/measure.ts';
import { HELP, readOptions, type ValidationOptions } from './simulation/options.ts';
import { type ValidationPlan, validationPlans } from './simulation/plans.ts';
import { runPlan } from './simulation/run-plan.ts';

const MEMORY_MB = 1_769;
/** Above every load: what refuses is the function's concurrency. */
const GATEWAY = { rate: 10_000, burst: 10_000 };
/** How often the laptop cloud looks for environments that are idle for too long. */
const REAPER_MS = 1_000;

const options = readOptions(process.argv.slice(2), availableParallelism());
if (options === 'help') process.stdout.write(`${HELP}\n`);
else await main(options);

async function main(given: ValidationOptions): Promise<void> {
  const commit = checkedOutCommit();
  const folder = await mkdtemp(join(tmpdir(), 'srag-bench-simulation-'));
  try {
    const location = given.location ?? (await smallLocation(folder, given.documents));
    const words = ['--location', location, '--rate', String(GATEWAY.rate), '--burst', String(GATEWAY.burst)];
    const bodyOf = (number: number): string => JSON.stringify({ question: questionOf(number), topK: 5 });
    const laptop = await measureLaptop(words, given.cycles, bodyOf, say);
    const meanMs = laptop.warm.reduce((sum, { runMs }) => sum + runMs, 0) / laptop.warm.length;
    const capacity = given.concurrency / (meanMs / 1_000);
    say(
      `Warm ${meanMs.toFixed(1)} ms of which ${laptop.warmCpuMs.toFixed(1)} ms of processor, outside ` +
        `${laptop.overheadMs.toFixed(1)} ms; cold processor ${laptop.coldCpuMs.toFixed(0)} ms, throttled ` +
        `${laptop.throttledCpuMs.toFixed(2)} ms; capacity ${capacity.toFixed(1)}/s`,
    );
    const plans = validationPlans(capacity, given.seconds).filter(
      ({ name }) => given.plans === undefined || given.plans.includes(name),
    );
    const compared: Compared[] = [];
    for (let round = 0; round < given.rounds; round++)
      for (const plan of plans) {
        compared.push(await comparePlan(given, words, plan, round, laptop, bodyOf));
        say(lineOf(compared.at(-1)!));
      }
    const verdicts = verdictsOf(compared);
    console.table(verdictRows(verdicts));
    if (given.json !== undefined) {
      const environment = { ...describeEnvironment(), loadAverage: loadavg() };
      const result = {
        commit,
        environment,
        options: given,
        laptop,
        plans,
        verdicts,
        compared,
      };
      await writeFile(given.json, JSON.stringify(result, rounded));
    }
    if (verdicts.some(({ isWithin }) => !isWithin)) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function comparePlan(
  { concurrency, replications, cores }: ValidationOptions,
  words: readonly string[],
  { name, text, idleSeconds }: ValidationPlan,
  round: number,
  laptop: MeasuredLaptop,
  bodyOf: (number: number) => string,
): Promise<Compared> {
  const plan = parsePlan(text);
  const seed = 1 + round;
  const limits = ['--concurrency', String(concurrency), '--idle', String(idleSeconds)];
  const measured = await runPlan([...words, ...limits], plan, seed, bodyOf);
  const { warm, young, cold, warmCpuMs, coldCpuMs } = laptop;
  const scenario: Scenario = {
    variant: 'laptop',
    route: 'retrieve',
    functions: [
      {
        name: 'retrieve',
        memoryMb: MEMORY_MB,
        timeoutMs: 15_000,
        reservedConcurrency: concurrency,
        ...{ warm, young, cold, warmCpuMs, coldCpuMs },
      },
    ],
    limits: {
      ...limitsOf('laptop'),
      gatewayPerSecond: GATEWAY.rate,
      gatewayBurst: GATEWAY.burst,
      idleMs: [idleSeconds * 1_000, idleSeconds * 1_000 + REAPER_MS],
    },
    architecture: 'x86_64',
    gateway: 'none',
    overheadMs: laptop.overheadMs,
    creationMs: 0,
    processor: { cores, throttledCpuMs: laptop.throttledCpuMs },
    warmLines: [],
    coldLines: [],
  };
  const simulated = await simulate(scenario, plan, {
    prices: await loadPrices('us-east-1'),
    seed,
    replications,
  });
  return { plan: name, round, measured, simulated };
}

function lineOf({ plan, round, measured, simulated: { figures } }: Compared): string {
  const percent = (value = 0): string => `${(100 * value).toFixed(1)} %`;
  return (
    `${plan} ${round}: p50 ${measured.p50Ms.toFixed(1)} / ${figures.p50Ms.value?.toFixed(1)}, p95 ` +
    `${measured.p95Ms.toFixed(1)} / ${figures.p95Ms.value?.toFixed(1)} ms, throttled ` +
    `${percent(measured.throttledShare)} / ${percent(figures.throttledShare.value)}, cold ` +
    `${percent(measured.coldShare)} / ${percent(figures.coldShare.value)} (measured / simulated); ` +
    `own ${measured.ownCores.toFixed(2)}, foreign ${measured.foreignCores.toFixed(2)} cores; ` +
    `generator ${measured.generator.isValid ? 'in time' : measured.generator.reason}`
  );
}

/** Numbers with six digits: what is behind them is noise. */
const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(6)) : value;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
