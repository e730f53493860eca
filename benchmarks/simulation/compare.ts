import type { Simulation } from '../../src/measure/index.ts';
import type { Measured } from './run-plan.ts';

/** One run of a plan, as measured and as simulated. */
export interface Compared {
  readonly plan: string;
  readonly round: number;
  readonly measured: Measured;
  readonly simulated: Omit<Simulation, 'periods'>;
}

const COMPARED = ['p50Ms', 'p95Ms', 'throttledShare', 'coldShare'] as const;
export type ComparedFigure = (typeof COMPARED)[number];

/** Largest allowed error: relative for latencies, absolute for shares. */
export const BARS: Readonly<Record<ComparedFigure, number>> = {
  p50Ms: 0.1,
  p95Ms: 0.1,
  throttledShare: 0.03,
  coldShare: 0.03,
};

export interface Verdict {
  readonly plan: string;
  readonly figure: ComparedFigure;
  /** Medians over the rounds. */
  readonly measured: number;
  readonly simulated: number;
  /** Error of the simulation: relative for latencies, absolute for shares. */
  readonly error: number;
  readonly isWithin: boolean;
}

/** Compares the simulated with the measured median over the rounds, for every figure of every plan. */
export function verdictsOf(compared: readonly Compared[]): Verdict[] {
  const plans = [...Map.groupBy(compared, ({ plan }) => plan)];
  return plans.flatMap(([plan, runs]) =>
    COMPARED.map((figure): Verdict => {
      const measured = median(runs.map((run) => run.measured[figure]));
      const simulated = median(runs.map((run) => run.simulated.figures[figure].value ?? Number.NaN));
      const error = figure.endsWith('Ms') ? simulated / measured - 1 : simulated - measured;
      return { plan, figure, measured, simulated, error, isWithin: Math.abs(error) <= BARS[figure] };
    }),
  );
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
};

/** The verdicts as rows of a printed table. */
export function verdictRows(verdicts: readonly Verdict[]): Record<string, string>[] {
  return verdicts.map(({ plan, figure, measured, simulated, error, isWithin }) => {
    const isTime = figure.endsWith('Ms');
    const shown = (value: number): string =>
      isTime ? `${value.toFixed(1)} ms` : `${(100 * value).toFixed(2)} %`;
    return {
      plan,
      figure: isTime ? figure.slice(0, 3) : figure.replace('Share', ''),
      measured: shown(measured),
      simulated: shown(simulated),
      error: `${error >= 0 ? '+' : ''}${(100 * error).toFixed(1)} ${isTime ? '%' : 'points'}`,
      'within the bar': isWithin ? 'yes' : 'NO',
    };
  });
}
