import { SragError, unknownName } from '../../../core/index.ts';
import { quantile } from '../../evaluation/statistics.ts';
import type { ResultFile, ResultVariant, Sample } from '../../experiment/index.ts';
import type { RequestLine, ScenarioFunction } from '../scenario.ts';
import { ROUTE_FUNCTIONS, type RouteFunction } from './route-functions.ts';
import type { ServiceSample } from './service-times.ts';

/** Minimum number of samples for drawing from their distribution. */
export const FEWEST_SAMPLES = { warm: 100, cold: 10 } as const;
/** Maximum number of samples per population. */
const MAX_SAMPLES = 20_000;
/** Maximum part of the time outside a trace that is attributed to the runtime, not to gateway and network. */
const MAX_RUNTIME_MS = 5;
/** Above this share of busy environments, a step may have contention. */
const BUSY_SHARE = 0.3;

/** A variant's service times without contention, from a result file. */
export interface MeasuredService {
  readonly variant: ResultVariant;
  readonly route: 'retrieve' | 'query';
  /** Step of the warm samples, and its offered load. */
  readonly step: number;
  readonly ratePerSecond: number;
  /** Share of the variant's environments that this step kept busy; undefined if their number is unknown. */
  readonly busyShare: number | undefined;
  readonly functions: readonly Pick<ScenarioFunction, 'name' | 'memoryMb' | 'timeoutMs' | 'warm' | 'cold'>[];
  readonly overheadMs: number;
  readonly warmLines: readonly RequestLine[];
  readonly coldLines: readonly RequestLine[];
  /** Caveats for readers of the prediction. */
  readonly notes: readonly string[];
}

export interface MeasuredServiceOptions {
  /** Default: the only variant of the file. */
  readonly variant?: string | undefined;
  /** Default: the step with the lowest load that has enough warm samples. */
  readonly step?: number | undefined;
}

/**
 * Service times of a variant. Warm ones come from the step with the lowest load that has enough of them; cold
 * ones come from the forced cold starts, or from all steps if there are too few of them.
 * @throws INVALID_ARGUMENT for an unknown variant or step, TOO_FEW_SAMPLES with the required number
 */
export async function measuredService(
  file: ResultFile,
  options: MeasuredServiceOptions = {},
): Promise<MeasuredService> {
  const { header } = file;
  const variant = variantOf(file, options.variant);
  const warmBySteps = header.steps.map((): Sample[] => []);
  const forced: Sample[] = [];
  const otherCold: Sample[] = [];
  for await (const sample of file.samples()) {
    if (sample.variant !== variant.name || !isService(sample)) continue;
    if (sample.population === 'warm') addSample(warmBySteps[sample.step] ?? [], sample);
    else addSample(sample.step < 0 ? forced : otherCold, sample);
  }
  const step = options.step ?? warmBySteps.findIndex(({ length }) => length >= FEWEST_SAMPLES.warm);
  if (options.step !== undefined && header.steps[options.step] === undefined) {
    throw new SragError('INVALID_ARGUMENT', `--step is ${options.step}.`, {
      remedy: `The steps of ${file.path} are 0 to ${header.steps.length - 1}.`,
      fields: { field: 'step', value: options.step },
    });
  }
  const warm = warmBySteps[step] ?? longest(warmBySteps);
  const cold = forced.length >= FEWEST_SAMPLES.cold ? forced : [...forced, ...otherCold];
  requireSamples(file, variant.name, 'warm', warm.length);
  requireSamples(file, variant.name, 'cold', cold.length);
  return { ...described(file, variant, step, warm), ...servicesOf(file, variant, warm, cold) };
}

function described(file: ResultFile, variant: ResultVariant, step: number, warm: readonly Sample[]) {
  const { ratePerSecond } = file.header.steps[step]!;
  const meanMs = warm.reduce((sum, sample) => sum + durationMs(sample), 0) / warm.length;
  const { concurrency } = variant;
  const busyShare = concurrency === undefined ? undefined : (ratePerSecond * meanMs) / 1_000 / concurrency;
  const notes =
    busyShare !== undefined && busyShare > BUSY_SHARE
      ? [
          `Step ${step} kept ${Math.round(busyShare * 100)} % of the environments busy: its service times may include ` +
            'contention. Measure a step with a lower rate.',
        ]
      : [];
  return { variant, step, ratePerSecond, busyShare, notes };
}

function servicesOf(
  file: ResultFile,
  variant: ResultVariant,
  warm: readonly Sample[],
  cold: readonly Sample[],
): Pick<MeasuredService, 'route' | 'functions' | 'overheadMs' | 'warmLines' | 'coldLines'> {
  const route = file.header.declaration.route === 'query' ? 'query' : 'retrieve';
  const uncoveredMs = quantile(
    warm.map((sample) => durationMs(sample) - (sample.trace?.totalMs ?? durationMs(sample))),
    0.5,
  );
  const overheadMs = Math.max(0, uncoveredMs - Math.min(MAX_RUNTIME_MS, uncoveredMs / 2));
  const ofRoute = ROUTE_FUNCTIONS[route].map((of) => ({ ...of, memoryMb: variant.memoryMb ?? of.memoryMb }));
  const functions = ofRoute.map((of, index) => {
    const samplesOf = (samples: readonly Sample[]): ServiceSample[] =>
      samples.map((sample) => serviceOf(sample, index, ofRoute, overheadMs));
    return { ...of, warm: samplesOf(warm), cold: samplesOf(cold) };
  });
  return { route, functions, overheadMs, warmLines: linesOf(warm), coldLines: linesOf(cold) };
}

/** A request's billed time in one function; for the first function, all remaining time in environments. */
function serviceOf(
  sample: Sample,
  index: number,
  ofRoute: readonly RouteFunction[],
  overheadMs: number,
): ServiceSample {
  const isError = sample.outcome === 'error';
  if (index > 0) return { initMs: 0, runMs: billedMs(sample, ofRoute[index]!), isError };
  const stepsMs = ofRoute.slice(1).reduce((sum, step) => sum + billedMs(sample, step), 0);
  const ownMs = Math.max(0, durationMs(sample) - overheadMs - stepsMs);
  // A trace measures initialisation only within its process; the time before it is initialisation, too.
  const { initMs = 0, totalMs = 0 } = sample.trace ?? {};
  const share = ofRoute.length > 1 || initMs === 0 ? 0 : initMs / (initMs + totalMs);
  return { initMs: ownMs * share, runMs: ownMs * (1 - share), isError };
}

/** Milliseconds that a function of a request was billed for, including initialisation. */
function billedMs(sample: Sample, { name, memoryMb }: RouteFunction): number {
  const line = sample.cost?.lines.find((each) => each.name === `lambda.compute.${name}`);
  return line === undefined ? 0 : (line.quantity / (memoryMb / 1_024)) * 1_000;
}

/** Cost lines with the mean quantity per request. */
function linesOf(samples: readonly Sample[]): RequestLine[] {
  const sums = new Map<string, { quantity: number; usd: number }>();
  for (const { cost } of samples)
    for (const { name, quantity, usd } of cost?.lines ?? []) {
      const before = sums.get(name) ?? { quantity: 0, usd: 0 };
      sums.set(name, { quantity: before.quantity + quantity, usd: before.usd + usd });
    }
  return [...sums].map(([name, { quantity, usd }]) => ({
    name,
    quantity: quantity / samples.length,
    unitPriceUsd: quantity === 0 ? 0 : usd / quantity,
  }));
}

function variantOf({ path, header }: ResultFile, wanted: string | undefined): ResultVariant {
  const names = header.variants.map(({ name }) => name);
  if (wanted === undefined && names.length > 1) {
    throw new SragError('INVALID_ARGUMENT', `${path} contains ${names.length} variants.`, {
      remedy: `Name one with --variant: ${names.join(', ')}.`,
      fields: { field: 'variant', allowed: names },
    });
  }
  const found = header.variants.find(({ name }) => name === (wanted ?? names[0]));
  if (found === undefined) throw unknownName('INVALID_ARGUMENT', 'variant', wanted!, names);
  return found;
}

const durationMs = ({ startedMs, endedMs }: Sample): number => endedMs - startedMs;

/** Answers, and errors with a trace, have a service time; throttled requests and client timeouts do not. */
const isService = ({ outcome, trace }: Sample): boolean =>
  outcome === 'ok' || (outcome === 'error' && trace !== undefined);

const addSample = (samples: Sample[], sample: Sample): void => {
  if (samples.length < MAX_SAMPLES) samples.push(sample);
};

const longest = (lists: readonly Sample[][]): Sample[] =>
  lists.reduce((most, list) => (list.length > most.length ? list : most), []);

function requireSamples(
  { path, header }: ResultFile,
  variant: string,
  population: 'warm' | 'cold',
  found: number,
): void {
  const required = FEWEST_SAMPLES[population];
  if (found >= required) return;
  const coldRemedy =
    header.target.kind === 'laptop'
      ? 'Run the experiment again with "coldStarts": 50.'
      : 'Run the experiment on the target "laptop" with "coldStarts": 50: cold starts can be forced only there.';
  throw new SragError(
    'TOO_FEW_SAMPLES',
    `${path} contains ${found} ${population} samples of '${variant}'; a simulation needs ${required}.`,
    {
      remedy:
        population === 'cold'
          ? coldRemedy
          : `Run the experiment again with a longer "minSeconds", so that its first step answers ${required} requests.`,
      fields: { variant, population, found, needed: required },
    },
  );
}
