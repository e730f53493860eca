import { SragError } from '../../core/index.ts';

/** Figures that a threshold can name, with their unit. */
export const THRESHOLD_FIGURES = {
  mean: 'ms',
  p50: 'ms',
  p95: 'ms',
  p99: 'ms',
  errors: '%',
  timeouts: '%',
  throttles: '%',
  success: '%',
  throughput: '/s',
} as const;
export type ThresholdFigure = keyof typeof THRESHOLD_FIGURES;

/** A parsed threshold such as `p95 < 300 ms`. */
export interface Threshold {
  readonly text: string;
  readonly figure: ThresholdFigure;
  readonly isUpper: boolean;
  /** The limit in milliseconds, as a share of 1, or in requests per second. */
  readonly value: number;
}

/** Unit suffixes with their factor. */
const UNITS: Readonly<Record<string, { readonly of: 'ms' | '%' | '/s'; readonly times: number }>> = {
  ms: { of: 'ms', times: 1 },
  s: { of: 'ms', times: 1_000 },
  '%': { of: '%', times: 0.01 },
  '/s': { of: '/s', times: 1 },
};

/**
 * Parses a threshold: a figure, `<` or `>`, a number and a unit.
 * @throws INVALID_ARGUMENT
 */
export function parseThreshold(text: string): Threshold {
  const [, figure = '', comparison, number = '', unit = ''] =
    /^ {0,9}([a-z0-9]{1,20}) {0,9}([<>]) {0,9}([0-9.]{1,20}) {0,9}(ms|s|%|\/s) {0,9}$/.exec(text) ?? [];
  const value = Number(number);
  const known = Object.hasOwn(THRESHOLD_FIGURES, figure) ? (figure as ThresholdFigure) : undefined;
  const scale = UNITS[unit];
  if (known !== undefined && scale !== undefined && number !== '' && Number.isFinite(value)) {
    if (scale.of === THRESHOLD_FIGURES[known])
      return { text: text.trim(), figure: known, isUpper: comparison === '<', value: value * scale.times };
  }
  throw new SragError('INVALID_ARGUMENT', `'${text}' is not a valid threshold.`, {
    remedy: `Write for example 'p95 < 300 ms' or 'errors < 0.1 %'. Figures: ${Object.entries(
      THRESHOLD_FIGURES,
    )
      .map(([name, of]) => `${name} (${of})`)
      .join(', ')}.`,
    fields: { field: 'thresholds', value: text, allowed: Object.keys(THRESHOLD_FIGURES) },
  });
}

/** Whether a figure meets a threshold. */
export const meets = ({ isUpper, value }: Threshold, actual: number): boolean =>
  isUpper ? actual < value : actual > value;
