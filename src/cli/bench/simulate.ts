import { loadPrices } from '../../api/cost/index.ts';
import { SragError } from '../../core/index.ts';
import {
  type LimitPreset,
  limitsOf,
  type MeasuredService,
  measuredService,
  openResultFile,
  parsePlan,
  type Scenario,
  simulate,
} from '../../measure/index.ts';
import { Progress } from '../progress.ts';
import { assumptionsOf } from '../simulation-report.ts';
import { simulationText } from '../simulation-text.ts';

/** Options of `srag bench simulate`, as commander returns them. */
export interface SimulateOptions {
  readonly plan: string;
  readonly variant?: string;
  readonly step?: number;
  readonly limits: LimitPreset;
  readonly concurrency?: number;
  readonly provisioned?: number;
  readonly accountConcurrency?: number;
  readonly gatewayRate?: number;
  readonly gatewayBurst?: number;
  readonly idle?: number;
  readonly creationMs: number;
  readonly cores?: number;
  readonly cpuMs?: number;
  readonly coldCpuMs?: number;
  readonly architecture: Scenario['architecture'];
  readonly gateway: Scenario['gateway'];
  readonly region: string;
  readonly arrivals: 'poisson' | 'constant';
  readonly seed: number;
  readonly replications: number;
  readonly all?: boolean;
  readonly json?: boolean;
}

/**
 * Predicts how the functions of a result file behave under a plan.
 * @throws INVALID_ARGUMENT, TOO_FEW_SAMPLES
 */
export async function runSimulation(
  path: string,
  options: SimulateOptions,
): Promise<{ readonly json: object; readonly text: string }> {
  checkNumbers(options);
  const plan = parsePlan(options.plan);
  const prices = await loadPrices(options.region);
  const service = await measuredService(await openResultFile(path), options);
  const scenario = scenarioOf(service, options);
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.once('SIGINT', interrupt);
  const progress = new Progress();
  try {
    const simulation = await simulate(scenario, plan, {
      prices,
      seed: options.seed,
      replications: options.replications,
      arrivals: options.arrivals,
      requests: options.all === true ? ('all' as const) : undefined,
      signal: abort.signal,
      onProgress: ({ run, runs, share }) => progress.update('Simulating', run + share, runs),
    });
    progress.end();
    const { functions, warmLines: _warm, coldLines: _cold, ...source } = service;
    const samples = { warm: functions[0]!.warm.length, cold: functions[0]!.cold.length };
    const report = {
      source: { path, ...source, samples },
      assumptions: assumptionsOf(scenario, options.limits, options.arrivals),
      ...simulation,
    };
    return { json: report, text: simulationText(report, prices) };
  } finally {
    progress.end();
    process.off('SIGINT', interrupt);
  }
}

function scenarioOf(service: MeasuredService, options: SimulateOptions): Scenario {
  const published = limitsOf(options.limits);
  const idleMs =
    options.idle === undefined ? published.idleMs : ([options.idle * 1_000, options.idle * 1_000] as const);
  const { cores, cpuMs = 0, coldCpuMs = cpuMs } = options;
  return {
    variant: service.variant.name,
    route: service.route,
    functions: service.functions.map((of) => ({
      ...of,
      reservedConcurrency: options.concurrency,
      provisioned: of.name === 'retrieve' ? options.provisioned : undefined,
      warmCpuMs: cpuMs / service.functions.length,
      coldCpuMs: coldCpuMs / service.functions.length,
    })),
    limits: {
      ...published,
      idleMs,
      accountConcurrency: options.accountConcurrency ?? published.accountConcurrency,
      gatewayPerSecond: options.gatewayRate ?? published.gatewayPerSecond,
      gatewayBurst: options.gatewayBurst ?? published.gatewayBurst,
    },
    architecture: options.architecture,
    gateway: options.gateway,
    overheadMs: service.overheadMs,
    creationMs: options.creationMs,
    processor: cores === undefined ? undefined : { cores, throttledCpuMs: 0 },
    warmLines: service.warmLines,
    coldLines: service.coldLines,
  };
}

/** Allowed range of numeric options. */
const BOUNDS: readonly (readonly [keyof SimulateOptions, low: number, high: number, isWhole: boolean])[] = [
  ['step', 0, 1_000, true],
  ['concurrency', 1, 100_000, true],
  ['provisioned', 0, 100_000, true],
  ['accountConcurrency', 1, 1_000_000, true],
  ['gatewayRate', 1, 1_000_000, false],
  ['gatewayBurst', 1, 1_000_000, false],
  ['idle', 1, 86_400, false],
  ['creationMs', 0, 60_000, false],
  ['cores', 1, 1_024, false],
  ['cpuMs', 0, 900_000, false],
  ['coldCpuMs', 0, 900_000, false],
  ['seed', 0, 2 ** 31, true],
];

/** @throws INVALID_ARGUMENT */
function checkNumbers(options: SimulateOptions): void {
  for (const [key, low, high, isWhole] of BOUNDS) {
    const value = options[key] as number | undefined;
    if (value === undefined || (value >= low && value <= high && (!isWhole || Number.isInteger(value))))
      continue;
    const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new SragError('INVALID_ARGUMENT', `--${name} is ${value}.`, {
      remedy: `Use a ${isWhole ? 'whole ' : ''}number from ${low} to ${high}.`,
      fields: { field: name, value },
    });
  }
  const { cores, cpuMs, provisioned = 0, concurrency, accountConcurrency } = options;
  if ((cores === undefined) !== (cpuMs === undefined)) {
    throw new SragError('INVALID_ARGUMENT', '--cores and --cpu-ms require each other.', {
      remedy: 'Set both: the number of shared processors, and the processor time of a request.',
      fields: { field: 'cores' },
    });
  }
  const most = concurrency ?? accountConcurrency ?? limitsOf(options.limits).accountConcurrency;
  if (provisioned > most) {
    throw new SragError(
      'INVALID_ARGUMENT',
      `--provisioned is ${provisioned}, above the concurrency of ${most}.`,
      {
        remedy: 'Use at most the concurrency of the function or the account.',
        fields: { field: 'provisioned', value: provisioned },
      },
    );
  }
}
