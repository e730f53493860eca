import { arrivalTimes, questionOrder } from '../experiment/load/schedule.ts';

/** How the selftest's server ends a request. */
export const ENDINGS = ['ok', 'refuse', 'fail', 'reset', 'hang'] as const;
export type Ending = (typeof ENDINGS)[number];

/** How the server treats the requests of a case: each has its own delay, or all wait in one queue. */
export type Behaviour =
  | {
      readonly kind: 'delays';
      /** Delay of each request, in milliseconds. */
      readonly delaysMs: Float64Array;
      /** Ending of each request: an index into {@link ENDINGS}. */
      readonly endings: Uint8Array;
    }
  | { readonly kind: 'queue'; readonly serviceMs: number };

/** Load on a server of known behaviour. */
export interface ServedCase {
  readonly name: string;
  readonly arrivals: Float64Array;
  readonly timeoutMs: number;
  readonly behaviour: Behaviour;
  /** Whether the latency is steady; undefined if the case does not test the stop rule. */
  readonly isSteady?: boolean;
}

const SEED = 12;
const TIMEOUT_MS = 20_000;

/** The cases, with the given duration of load in seconds. */
export function servedCases(seconds: number): ServedCase[] {
  const arrivals = (ratePerSecond: number, step: number): Float64Array =>
    arrivalTimes({ arrivals: 'poisson', ratePerSecond, seconds, seed: SEED, step, block: 0 });
  const delayed = (name: string, step: number, delayOf: (share: number) => number): ServedCase => {
    const times = arrivals(60, step);
    return {
      name,
      arrivals: times,
      timeoutMs: TIMEOUT_MS,
      behaviour: {
        kind: 'delays',
        delaysMs: spread(times.length, step).map(delayOf),
        endings: new Uint8Array(times.length),
      },
    };
  };
  const queued = (name: string, step: number, ratePerSecond: number, serviceMs: number): ServedCase => ({
    name,
    arrivals: arrivals(ratePerSecond, step),
    timeoutMs: TIMEOUT_MS,
    behaviour: { kind: 'queue', serviceMs },
  });
  return [
    { ...delayed('constant 300 ms', 0, () => 300), isSteady: true },
    delayed('bimodal: 90 % 200 ms, 10 % 800 ms', 1, (share) => (share < 0.9 ? 200 : 800)),
    delayed('heavy tail: Pareto 1.5, 200 ms to 3 s', 2, (share) => truncatedPareto(share, 1.5, 200, 3_000)),
    faults(arrivals(60, 3)),
    queued('queue at 80 % of capacity (M/D/1, 60 ms)', 4, 0.8 / 0.06, 60),
    { ...queued('queue at 150 % of capacity (M/D/1, 60 ms)', 5, 1.5 / 0.06, 60), isSteady: false },
  ];
}

/** Errors of every kind among answers that take 250 ms. */
function faults(arrivals: Float64Array): ServedCase {
  const endings = Uint8Array.from(spread(arrivals.length, 3), (share) =>
    ENDINGS.indexOf(
      share < 0.1 ? 'refuse' : share < 0.15 ? 'fail' : share < 0.18 ? 'reset' : share < 0.2 ? 'hang' : 'ok',
    ),
  );
  return {
    name: 'faults: 10 % 429, 5 % 503, 3 % resets, 2 % without a reply',
    arrivals,
    timeoutMs: 1_000,
    behaviour: { kind: 'delays', delaysMs: new Float64Array(arrivals.length).fill(250), endings },
  };
}

/** Quantile function of a Pareto distribution with exponent `alpha` between `low` and `high`. */
export const truncatedPareto = (share: number, alpha: number, low: number, high: number): number =>
  low * (1 - share * (1 - (low / high) ** alpha)) ** (-1 / alpha);

/** The shares (i + 0.5) / count in a seeded order: a sample with exactly the quantiles of the distribution. */
function spread(count: number, step: number): Float64Array {
  return Float64Array.from(questionOrder(count, SEED + step, 0, count), (rank) => (rank + 0.5) / count);
}
