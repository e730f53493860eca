import { SragError } from '../../core/index.ts';
import type { QueryResult } from './evaluate.ts';
import { METRICS } from './metrics.ts';
import { type BootstrapOptions, type PairedDifference, pairedDifference } from './statistics.ts';

/** Figures of a run that can be compared; `read` returns undefined if the run did not measure the figure. */
const COMPARED: readonly {
  readonly name: string;
  readonly unit: 'share' | 'ms' | 'characters';
  readonly betterWhen: 'higher' | 'lower';
  readonly read: (result: QueryResult) => number | undefined;
}[] = [
  ...METRICS.map(({ name, unit, betterWhen }) => ({
    name,
    unit,
    betterWhen,
    read: (result: QueryResult): number | undefined => result.metrics?.[name],
  })),
  { name: 'indexRecall', unit: 'share', betterWhen: 'higher', read: (result) => result.indexRecall },
  { name: 'latencyMs', unit: 'ms', betterWhen: 'lower', read: (result) => result.latencyMs },
  {
    name: 'answers.containsGold',
    unit: 'share',
    betterWhen: 'higher',
    read: ({ answer }) => (answer?.containsGold === undefined ? undefined : Number(answer.containsGold)),
  },
  {
    name: 'answers.characters',
    unit: 'characters',
    betterWhen: 'lower',
    read: ({ answer }) => answer?.characters,
  },
];

/** One line of a comparison. */
export interface ComparedMetric extends PairedDifference {
  readonly name: string;
  readonly unit: string;
  readonly betterWhen: 'higher' | 'lower';
}

/** Two runs on the same queries; differences are B - A. */
export interface Comparison {
  /** Number of queries that both runs answered; only these are compared. */
  readonly queries: number;
  readonly onlyInA: number;
  readonly onlyInB: number;
  readonly metrics: readonly ComparedMetric[];
}

/**
 * Compares two runs query by query: paired differences with 95 % intervals and counts of wins, ties and losses of B.
 * @throws INVALID_ARGUMENT if they share no query
 */
export function compareRuns(
  a: readonly QueryResult[],
  b: readonly QueryResult[],
  bootstrap: BootstrapOptions = {},
): Comparison {
  const byId = new Map(b.map((result) => [result.id, result]));
  const pairs = a.flatMap((left) => {
    const right = byId.get(left.id);
    return right === undefined ? [] : [[left, right] as const];
  });
  if (pairs.length === 0) {
    throw new SragError(
      'INVALID_ARGUMENT',
      `The two runs share no query (${a.length} and ${b.length} queries).`,
      {
        remedy: 'Compare runs of the same dataset and split.',
      },
    );
  }
  const metrics = COMPARED.flatMap(({ name, unit, betterWhen, read }): ComparedMetric[] => {
    const values = pairs.flatMap(([left, right]) => {
      const pair = [read(left), read(right)] as const;
      return pair[0] === undefined || pair[1] === undefined ? [] : [[pair[0], pair[1]] as const];
    });
    if (values.length === 0) return [];
    const difference = pairedDifference(
      values.map(([left]) => left),
      values.map(([, right]) => right),
      betterWhen,
      bootstrap,
    );
    return [{ name, unit, betterWhen, ...difference }];
  });
  return {
    queries: pairs.length,
    onlyInA: a.length - pairs.length,
    onlyInB: b.length - pairs.length,
    metrics,
  };
}
