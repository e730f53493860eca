import { type AdviceRequest, DEFAULT_TARGETS, parsePlan, type Targets } from '../../../src/measure/index.ts';

export type GivenRequest = Partial<Omit<AdviceRequest, 'plan' | 'targets'>> & {
  readonly target?: Partial<Targets>;
  /** A load plan; default: one request per second for an hour. */
  readonly load?: string;
};

/** A request for advice on 10,000 chunks of 384 dimensions, with the default targets of its purpose. */
export const adviceRequest = ({ target, load, ...given }: GivenRequest = {}): AdviceRequest => ({
  rows: 10_000,
  dimensions: 384,
  purpose: 'interactive',
  requestsPerSecond: 1,
  updatedRowsPerDay: 0,
  textBytesPerRow: 1_000,
  hasFilters: false,
  languages: ['en'],
  ...given,
  plan: parsePlan(load ?? 'constant 1/s for 1h'),
  targets: { ...DEFAULT_TARGETS[given.purpose ?? 'interactive'], ...target },
});
