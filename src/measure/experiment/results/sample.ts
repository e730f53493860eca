import { SragError } from '../../../core/index.ts';

/** How a request ended. Every request that was sent is recorded with one of these. */
export const OUTCOMES = ['ok', 'error', 'timeout', 'throttled', 'cancelled'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A cold request started an execution environment. Cold and warm requests have separate figures. */
export const POPULATIONS = ['cold', 'warm'] as const;
export type Population = (typeof POPULATIONS)[number];

/** Where the time of one request went, as reported by the target. */
export interface SampleTrace {
  readonly coldStart: boolean;
  readonly initMs?: number | undefined;
  readonly stages: Readonly<Record<string, number>>;
  readonly totalMs: number;
  readonly storage?: { readonly reads: number; readonly bytes: number; readonly waves: number } | undefined;
  readonly index?: { readonly kind: string; readonly version: string } | undefined;
  readonly cached?: boolean | undefined;
  /** Resident memory of the function's process when it replied; absent if not reported. */
  readonly memoryBytes?: number | undefined;
}

/** Cost of one request by the price table that the reply names. */
export interface SampleCost {
  readonly totalUsd: number;
  readonly lines: readonly { readonly name: string; readonly quantity: number; readonly usd: number }[];
}

/** One request of an experiment: a line of its result file. Times are milliseconds since the run started. */
export interface Sample {
  readonly variant: string;
  /** Index into the load plan's steps; -1 for the forced cold starts before the first step. */
  readonly step: number;
  /** Number of the block of arrivals within the step and variant, from 0. */
  readonly block: number;
  /** Requests planned for the block: a block with fewer samples was interrupted. */
  readonly blockSize: number;
  readonly population: Population;
  /** Index into the questions of the run. */
  readonly question: number;
  readonly intendedMs: number;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly outcome: Outcome;
  /** HTTP status; absent if no reply came. */
  readonly status?: number | undefined;
  /** The code of the problem response or of the network error. */
  readonly code?: string | undefined;
  readonly trace?: SampleTrace | undefined;
  readonly cost?: SampleCost | undefined;
  /** Document ids of the hits, best first, each once. */
  readonly hits?: readonly string[] | undefined;
}

/** Latency for the caller, measured from the time at which the request was due. */
export const latencyMs = (sample: Sample): number => sample.endedMs - sample.intendedMs;

/** How late the load generator sent the request, which is part of the latency. */
export const latenessMs = (sample: Sample): number => sample.startedMs - sample.intendedMs;

/**
 * Parses a line of a result file; unknown fields are ignored.
 * @throws INVALID_RECORD naming the location and the first invalid field
 */
export function parseSample(line: string, place: string): Sample {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw invalidSample(place, 'it is not JSON', cause);
  }
  if (typeof value !== 'object' || value === null) throw invalidSample(place, 'it is not an object');
  const sample = value as Sample;
  for (const field of [
    'step',
    'block',
    'blockSize',
    'question',
    'intendedMs',
    'startedMs',
    'endedMs',
  ] as const)
    if (!Number.isFinite(sample[field])) throw invalidSample(place, `${field} is not a number`);
  if (typeof sample.variant !== 'string') throw invalidSample(place, 'variant is not a string');
  if (!OUTCOMES.includes(sample.outcome))
    throw invalidSample(place, `outcome is not one of ${OUTCOMES.join(', ')}`);
  if (!POPULATIONS.includes(sample.population))
    throw invalidSample(place, `population is not one of ${POPULATIONS.join(', ')}`);
  return sample;
}

const invalidSample = (place: string, problem: string, cause?: unknown): SragError =>
  new SragError('INVALID_RECORD', `${place} is not a sample of an experiment: ${problem}.`, {
    remedy:
      'Name a result file that `srag bench run` wrote; `srag bench run --resume FILE` repairs a truncated one.',
    fields: { place },
    cause,
  });
