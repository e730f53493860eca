import { SragError } from '../../../core/index.ts';

/** Settings of the storage model. A megabyte is 1,000,000 bytes. */
export interface ModelSettings {
  /** Minimum time from a request's arrival to the first byte of its response. */
  readonly latencyMs: number;
  /** Megabytes a second over one connection. */
  readonly connectionMb: number;
  /** Megabytes a second over all connections together. */
  readonly totalMb: number;
  /** Share of GETs that fail, 0 to 1. */
  readonly faultRate: number;
  /** Seed of the faults: the same requests in the same order have the same faults. */
  readonly seed: number;
}

/** S3 as seen from a function, measured: 25 ms to the first byte, about 75 MB/s into the function. */
export const DEFAULT_SETTINGS: ModelSettings = {
  latencyMs: 25,
  connectionMb: 90,
  totalMb: 75,
  faultRate: 0,
  seed: 1,
};

/** No model: responses without delay. */
export const NO_DELAYS: ModelSettings = {
  latencyMs: 0,
  connectionMb: 1_000_000,
  totalMb: 1_000_000,
  faultRate: 0,
  seed: 1,
};

const BOUNDS: Readonly<Record<keyof ModelSettings, readonly [low: number, high: number]>> = {
  latencyMs: [0, 60_000],
  connectionMb: [0.001, 1_000_000],
  totalMb: [0.001, 1_000_000],
  faultRate: [0, 1],
  seed: [0, Number.MAX_SAFE_INTEGER],
};

/** Overrides settings of `base`. @throws INVALID_ARGUMENT naming an invalid one */
export function changeSettings(base: ModelSettings, given: Readonly<Record<string, unknown>>): ModelSettings {
  for (const [name, value] of Object.entries(given)) {
    const bounds = Object.hasOwn(BOUNDS, name) ? BOUNDS[name as keyof ModelSettings] : undefined;
    if (bounds === undefined) {
      throw new SragError('INVALID_ARGUMENT', `The storage model has no setting '${name}'.`, {
        remedy: `Its settings are ${Object.keys(BOUNDS).join(', ')}.`,
        fields: { field: name },
      });
    }
    if (typeof value !== 'number' || !(value >= bounds[0] && value <= bounds[1])) {
      throw new SragError('INVALID_ARGUMENT', `${name} is ${String(value)}.`, {
        remedy: `Give a number from ${bounds.join(' to ')}.`,
        fields: { field: name, value },
      });
    }
  }
  return { ...base, ...given };
}
