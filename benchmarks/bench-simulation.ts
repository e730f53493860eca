/** Compares the simulation with the laptop cloud: `npm run build && npm run bench:simulation -- --help`. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPrices } from '../src/api/cost/index.ts';
import { describeEnvironment, parsePlan, simulate } from '../src/measure/index.ts';
import { checkedOutCommit } from './index-kinds/commit.ts';
import { questionOf, smallLocation } from './serve/small-location.ts';
import { type Compared, verdictRows, verdictsOf } from './simulation/compare.ts';
import { GATEWAY, laptopScenario } from './simulation/laptop-scenario.ts';
import { type MeasuredLaptop, measureLaptop } from './simulation/measure.ts';
import { HELP, readOptions, type ValidationOptions } from './simulation/options.ts';
import { type ValidationPlan, validationPlans } from './simulation/plans.ts';
import { runPlan } from './simulation/run-plan.ts';

/** Everything that was measured: the inputs of the simulation, and the runs that it is compared with. */
interface Measurement {
  readonly commit: string | undefined;
  readonly environment: object;
  readonly options: ValidationOptions;
  readonly laptop: MeasuredLaptop;
  readonly plans: readonly ValidationPlan[];
  readonly runs: readonly Omit<Compared, 'simulated'>[];
}

const options = readOptions(process.argv.slice(2), availableParallelism());
if (options === 'help') process.stdout.write(`${HELP}\n`);
else await main(options);

async function main(given: ValidationOptions): Promise<void> {
  const measurement =
    given.from === undefined
      ? await measure(given)
      : (JSON.parse(await readFile(given.from, 'utf8')) as Measurement);
  const runs: Compared[] = [];
  for (const { plan, round, measured } of measurement.runs) {
    const of = measurement.plans.find(({ name }) => name === plan)!;
    const { periods: _, ...simulated } = await simulate(
      laptopScenario(measurement.laptop, of, measurement.options),
      parsePlan(of.text),
      { prices: await loadPrices('us-east-1'), seed: seedOf(round), replications: given.replications },
    );
    runs.push({ plan, round, measured, simulated });
    say(lineOf(runs.at(-1)!));
  }
  const verdicts = verdictsOf(runs);
  console.table(verdictRows(verdicts));
  if (given.json !== undefined)
    await writeFile(given.json, JSON.stringify({ ...measurement, verdicts, runs }, rounded));
  if (verdicts.some(({ isWithin }) => !isWithin)) process.exitCode = 1;
}

async function measure(given: ValidationOptions): Promise<Measurement> {
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
      `Warm request ${meanMs.toFixed(1)} ms, of which ${laptop.warmCpuMs.toFixed(1)} ms processor time; ` +
        `overhead ${laptop.overheadMs.toFixed(1)} ms; processor time of a cold start ` +
        `${laptop.coldCpuMs.toFixed(0)} ms, of a throttled request ` +
        `${laptop.throttledCpuMs.toFixed(2)} ms; capacity ${capacity.toFixed(1)}/s`,
    );
    const plans = validationPlans(capacity, given.seconds).filter(
      ({ name }) => given.plans === undefined || given.plans.includes(name),
    );
    const runs: Omit<Compared, 'simulated'>[] = [];
    for (let round = 0; round < given.rounds; round++)
      for (const { name, text, idleSeconds } of plans) {
        const limits = ['--concurrency', String(given.concurrency), '--idle', String(idleSeconds)];
        const measured = await runPlan([...words, ...limits], parsePlan(text), seedOf(round), bodyOf);
        runs.push({ plan: name, round, measured });
        say(
          `${name} ${round}: own ${measured.ownCores.toFixed(2)}, foreign ${measured.foreignCores.toFixed(2)} ` +
            `cores; generator ${measured.generator.isValid ? 'in time' : measured.generator.reason}`,
        );
      }
    const environment = { ...describeEnvironment(), loadAverage: loadavg() };
    return { commit, environment, options: given, laptop, plans, runs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Returns the seed of a round's arrivals, which the measurement and the simulation share. */
function seedOf(round: number): number {
  return 1 + round;
}

function lineOf({ plan, round, measured, simulated: { figures } }: Compared): string {
  const percent = (value = 0): string => `${(100 * value).toFixed(1)} %`;
  return (
    `${plan} ${round}: p50 ${measured.p50Ms.toFixed(1)} / ${figures.p50Ms.value?.toFixed(1)}, p95 ` +
    `${measured.p95Ms.toFixed(1)} / ${figures.p95Ms.value?.toFixed(1)} ms, throttled ` +
    `${percent(measured.throttledShare)} / ${percent(figures.throttledShare.value)}, cold ` +
    `${percent(measured.coldShare)} / ${percent(figures.coldShare.value)} (measured / simulated)`
  );
}

/** Rounds numbers to six digits; further digits are noise. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(6)) : value;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
