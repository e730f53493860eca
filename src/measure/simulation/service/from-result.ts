import { SragError, unknownName } from '../../../core/index.ts';
import { quantile } from '../../evaluation/statistics.ts';
import type { ResultFile, ResultVariant, Sample } from '../../experiment/index.ts';
import type { RequestLine } from '../scenario.ts';
import { ROUTE_FUNCTIONS, type RouteFunction } from './route-functions.ts';
import type { ServiceSample } from './service-times.ts';

/** Fewer samples say too little of a distribution to draw from it. */
export const FEWEST_SAMPLES = { warm: 100, cold: 10 } as const;
/** Most samples of a population that are kept. */
const MOST_SAMPLES = 20_000;
/** The runtime's part of what a trace does not cover is at most this. */
const MOST_RUNTIME_MS = 5;
/** Beyond this share of its environments a step is not free of contention. */
const BUSY_SHARE = 0.3;

/** What a result file says of a variant's service times, without contention. */
export interface MeasuredService {
  readonly variant: ResultVariant;
  readonly route: 'retrieve' | 'query';
  /** Step whose warm samples are used, and its offered load. */
  readonly step: number;
  readonly ratePerSecond: number;
  /** Share of the variant's environments that this step kept busy; undefined where their number is not known. */
  readonly busyShare: number | undefined;
  readonly functions: readonly {
    readonly name: string;
    readonly memoryMb: number;
    readonly timeoutMs: number;
    readonly warm: readonly ServiceSample[];
    readonly cold: readonly ServiceSample[];
  }[];
  readonly overheadMs: number;
  readonly warmLines: readonly RequestLine[];
  readonly coldLines: readonly RequestLine[];
  /** What a reader of the prediction has to know. */
  readonly notes: readonly string[];
}

export interface MeasuredServiceOptions {
  /** Default: the only variant of the file. */
  readonly variant?: string | undefined;
  /** Default: the step with the lowest load that has enough warm samples. */
  readonly step?: number | undefined;
}

/**
 * Service times of a variant: warm ones from the step with the lowest load, cold ones from its forced cold starts, or
 * from all steps where there are too few of them.
 * @throws INVALID_ARGUMENT for an unknown variant or step, TOO_FEW_SAMPLES with the number that is needed
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
    if (sample.population === 'warm') keep(warmBySteps[sample.step] ?? [], sample);
    else keep(sample.step < 0 ? forced : otherCold, sample);
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
  needed(file, variant.name, 'warm', warm.length);
  needed(file, variant.name, 'cold', cold.length);
  return { ...described(file, variant, step, warm), ...servicesOf(file, variant, warm, cold) };
}

function described(file: ResultFile, variant: ResultVariant, step: number, warm: readonly Sample[]) {
  const { ratePerSecond } = file.header.steps[step]!;
  const meanMs = warm.reduce((sum, sample) => sum + tookMs(sample), 0) / warm.length;
  const { concurrency } = variant;
  const busyShare = concurrency === undefined ? undefined : (ratePerSecond * meanMs) / 1_000 / concurrency;
  const notes =
    busyShare !== undefined && busyShare > BUSY_SHARE
      ? [
          `Step ${step} kept ${Math.round(busyShare * 100)} % of the environments busy: its service times may hold ` +
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
    warm.map((sample) => tookMs(sample) - (sample.trace?.totalMs ?? tookMs(sample))),
    0.5,
  );
  const overheadMs = Math.max(0, uncoveredMs - Math.min(MOST_RUNTIME_MS, uncoveredMs / 2));
  const ofRoute = ROUTE_FUNCTIONS[route].map((of) => ({ ...of, memoryMb: variant.memoryMb ?? of.memoryMb }));
  const functions = ofRoute.map((of, index) => {
    const samplesOf = (samples: readonly Sample[]): ServiceSample[] =>
      samples.map((sample) => serviceOf(sample, index, ofRoute, overheadMs));
    return { ...of, warm: samplesOf(warm), cold: samplesOf(cold) };
  });
  return { route, functions, overheadMs, warmLines: linesOf(warm), coldLines: linesOf(cold) };
}

/** What one request says of one function: what it was billed for; of the first one, all else within the environments. */
function serviceOf(
  sample: Sample,
  index: number,
  ofRoute: readonly RouteFunction[],
  overheadMs: number,
): ServiceSample {
  const isError = sample.outcome === 'error';
  if (index > 0) return { initMs: 0, runMs: billedMs(sample, ofRoute[index]!), isError };
  const stepsMs = ofRoute.slice(1).reduce((sum, step) => sum + billedMs(sample, step), 0);
  const ownMs = Math.max(0, tookMs(sample) - overheadMs - stepsMs);
  // A trace times the start within its process: the part before that belongs to the start, too.
  const { initMs = 0, totalMs = 0 } = sample.trace ?? {};
  const share = ofRoute.length > 1 || initMs === 0 ? 0 : initMs / (initMs + totalMs);
  return { initMs: ownMs * share, runMs: ownMs * (1 - share), isError };
}

/** Milliseconds that a function of a request was billed for, its start included. */
function billedMs(sample: Sample, { name, memoryMb }: RouteFunction): number {
  const line = sample.cost?.lines.find((each) => each.name === `lambda.compute.${name}`);
  return line === undefined ? 0 : (line.quantity / (memoryMb / 1_024)) * 1_000;
}

/** Quantities of a mean request, by line. */
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
    throw new SragError('INVALID_ARGUMENT', `${path} holds ${names.length} variants.`, {
      remedy: `Name one with --variant: ${names.join(', ')}.`,
      fields: { field: 'variant', allowed: names },
    });
  }
  const found = header.variants.find(({ name }) => name === (wanted ?? names[0]));
  if (found === undefined) throw unknownName('INVALID_ARGUMENT', 'variant', wanted!, names);
  return found;
}

const tookMs = ({ startedMs, endedMs }: Sample): number => endedMs - startedMs;

/** Answers and errors took a service time; a refusal or a time-out of the client did not. */
const isService = ({ outcome, trace }: Sample): boolean =>
  outcome === 'ok' || (outcome === 'error' && trace !== undefined);

const keep = (samples: Sample[], sample: Sample): void => {
  if (samples.length < MOST_SAMPLES) samples.push(sample);
};

const longest = (lists: readonly Sample[][]): Sample[] =>
  lists.reduce((most, list) => (list.length > most.length ? list : most), []);

function needed(
  { path, header }: ResultFile,
  variant: string,
  population: 'warm' | 'cold',
  found: number,
): void {
  const fewest = FEWEST_SAMPLES[population];
  if (found >= fewest) return;
  const coldRemedy =
    header.target.kind === 'laptop'
      ? 'Run the experiment again with "coldStarts": 50.'
      : 'Run the experiment on the target "laptop" with "coldStarts": 50: only there can they be forced.';
  throw new SragError(
    'TOO_FEW_SAMPLES',
    `${path} holds ${found} ${population} samples of '${variant}'; a simulation needs ${fewest}.`,
    {
      remedy:
        population === 'cold'
          ? coldRemedy
          : `Run the experiment again with a longer "minSeconds", so that its first step answers ${fewest} requests.`,
      fields: { variant, population, found, needed: fewest },
    },
  );
}
