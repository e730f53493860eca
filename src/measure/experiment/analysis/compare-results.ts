import { type ComparedName, type ComparedRow, type Run, type Runs, rowsOf, runOf } from './compared-rows.ts';
import type { ReadSteps } from './read-steps.ts';

/** A figure of a variant in two runs, with a verdict. */
export interface ComparedFigure extends ComparedRow {
  readonly unit: string;
  /** `same`: the difference is not distinguishable from chance. */
  readonly verdict: 'better' | 'worse' | 'same';
  /** Whether the figure is significantly worse by more than the tolerance. */
  readonly isWorsening: boolean;
}

/** Result of comparing two runs. */
export interface ResultComparison {
  readonly level: number;
  readonly figures: readonly ComparedFigure[];
  /** Confidence level of each interval: so high that `level` holds for all verdicts together. */
  readonly levelOfEach: number;
  /** Variants and steps that only one of the runs has. */
  readonly missing: readonly string[];
}

const UNITS: Readonly<Record<ComparedName, string>> = {
  mean: 'ms',
  p95: 'ms',
  p99: 'ms',
  'cold mean': 'ms',
  success: 'share',
  throughput: 'requests/s',
  capacity: 'requests/s',
  cost: 'USD per million',
};
const HIGHER_IS_BETTER: readonly ComparedName[] = ['success', 'throughput', 'capacity'];
/**
 * Compares two runs by variant and offered load. A difference is significant if its interval at the level
 * `1 - (1 - level) / figures` excludes "no difference" (Bonferroni), because among dozens of figures some
 * differ by chance.
 * @param tolerance share by which a figure may be worse; for the success share, the allowed difference
 */
export function compareResults(a: ReadSteps, b: ReadSteps, tolerance: number): ResultComparison {
  const runs = [runOf(a), runOf(b)] as const;
  const { level } = runs[0].experiment.stop;
  const shown = rowsOf(runs, level);
  const levelOfEach = 1 - (1 - level) / Math.max(1, shown.length);
  const judged = rowsOf(runs, levelOfEach);
  const figures = shown.map((row, index): ComparedFigure => {
    const { low, high } = judged[index]!;
    const none = row.by === 'ratio' ? 1 : 0;
    const significant = row.reliable && (low > none || high < none);
    const gain = HIGHER_IS_BETTER.includes(row.figure) ? 1 : -1;
    const change = gain * (row.by === 'ratio' ? row.estimate - 1 : row.estimate);
    const verdict = significant ? (change < 0 ? 'worse' : 'better') : 'same';
    return {
      ...row,
      significant,
      unit: UNITS[row.figure],
      verdict,
      isWorsening: verdict === 'worse' && -change > tolerance,
    };
  });
  return { level, figures, levelOfEach, missing: missingOf(runs) };
}

function missingOf([a, b]: Runs): readonly string[] {
  const only = (one: Run, other: Run, when: string): string[] =>
    [...one.variants].flatMap(([name, { steps }]) => {
      const found = other.variants.get(name);
      if (found === undefined) return [`Variant '${name}' is only in the result ${when}.`];
      return steps
        .filter(({ data }) => !found.steps.some((step) => step.data.ratePerSecond === data.ratePerSecond))
        .map(
          ({ data }) => `Variant '${name}' has a step of ${data.ratePerSecond}/s only in the result ${when}.`,
        );
    });
  return [...only(a, b, 'before'), ...only(b, a, 'after')];
}
