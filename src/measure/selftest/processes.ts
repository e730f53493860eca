import { gaussian, seededRandom } from '../../core/index.ts';

/** A source of latencies whose true statistics are known. */
export interface KnownProcess {
  readonly name: string;
  readonly truth: Readonly<Record<'mean' | 'p95' | 'p99', number>>;
  /** Returns a source of values; the same seed yields the same values. */
  readonly source: (seed: number) => () => number;
}

/** 95th and 99th percentile of the standard normal distribution. */
const [Z95, Z99] = [1.6448536269514722, 2.3263478740408408];
const DEVIATION = 0.5;
const PHI = 0.8;
const UTILISATION = 0.5;

const logNormalTruth = {
  mean: Math.exp(DEVIATION ** 2 / 2),
  p95: Math.exp(DEVIATION * Z95),
  p99: Math.exp(DEVIATION * Z99),
};

/** Waits of an M/M/1 queue with service rate 1: 0 with probability 1 - u, else exponential with rate 1 - u. */
const waitQuantile = (share: number): number => Math.log(UTILISATION / (1 - share)) / (1 - UTILISATION);

export const KNOWN_PROCESSES: readonly KnownProcess[] = [
  { name: 'independent, log-normal', truth: logNormalTruth, source: (seed) => logNormal(seed, 0) },
  { name: `AR(1) ${PHI}, log-normal`, truth: logNormalTruth, source: (seed) => logNormal(seed, PHI) },
  {
    name: `waits of M/M/1 at ${UTILISATION}, from empty`,
    truth: {
      mean: UTILISATION / (1 - UTILISATION),
      p95: waitQuantile(0.95),
      p99: waitQuantile(0.99),
    },
    source: queueWaits,
  },
];

/** exp of a normal series with correlation `phi` between neighbours. */
function logNormal(seed: number, phi: number): () => number {
  const random = seededRandom(seed);
  const fresh = Math.sqrt(1 - phi ** 2);
  let z = gaussian(random);
  return () => {
    z = phi * z + fresh * gaussian(random);
    return Math.exp(DEVIATION * z);
  };
}

/** Lindley's recursion (1952): each request's wait follows from that of the previous one. */
function queueWaits(seed: number): () => number {
  const random = seededRandom(seed);
  const exponential = (): number => -Math.log(1 - random());
  let wait = 0;
  return () => {
    const current = wait;
    wait = Math.max(0, wait + exponential() - exponential() / UTILISATION);
    return current;
  };
}
