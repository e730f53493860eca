import type { IndexParameters } from '../../src/indexes/index.ts';
import { latencyQuantiles, mean, quantile } from '../../src/measure/index.ts';

/** Raw measurements of one candidate in one round. */
export interface Round {
  readonly round: number;
  readonly buildMs: number;
  readonly stagesMs: Readonly<Record<string, number>>;
  readonly buildPeakMemoryBytes: number;
  readonly sizeBytes: number;
  /** From process start to the first answer with text. */
  readonly firstAnswerMs: number;
  readonly queryPeakMemoryBytes: number;
  readonly latenciesMs: readonly number[];
  /** Share of the exact nearest neighbours found, by query. */
  readonly recalls: readonly number[];
}

/** Results of one candidate: its rounds, or the reason why it has none. */
export interface Candidate {
  readonly kind: string;
  parameters?: { readonly build: IndexParameters; readonly query: IndexParameters };
  readonly rounds: Round[];
  /** Description reported by the opened index. */
  description?: Readonly<Record<string, string | number>>;
  absent?: string;
  failure?: { readonly code: string; readonly message: string };
}

/** Columns of the report, computed per round; the report shows their medians. */
export const COLUMNS = [
  { name: 'build', unit: 's', betterWhen: 'lower', digits: 1, compute: (round) => round.buildMs / 1_000 },
  { name: 'size', unit: 'MB', betterWhen: 'lower', digits: 0, compute: (round) => round.sizeBytes / 1e6 },
  {
    name: 'recall@10',
    unit: 'share',
    betterWhen: 'higher',
    digits: 4,
    compute: (round) => mean(round.recalls),
  },
  {
    name: 'p50',
    unit: 'ms',
    betterWhen: 'lower',
    digits: 2,
    compute: (round) => latencyQuantiles(round.latenciesMs).p50,
  },
  {
    name: 'p99',
    unit: 'ms',
    betterWhen: 'lower',
    digits: 2,
    compute: (round) => latencyQuantiles(round.latenciesMs).p99,
  },
  {
    name: 'first answer',
    unit: 'ms',
    betterWhen: 'lower',
    digits: 0,
    compute: (round) => round.firstAnswerMs,
  },
  {
    name: 'query memory',
    unit: 'MB',
    betterWhen: 'lower',
    digits: 0,
    compute: (round) => round.queryPeakMemoryBytes / 1e6,
  },
  {
    name: 'build memory',
    unit: 'MB',
    betterWhen: 'lower',
    digits: 0,
    compute: (round) => round.buildPeakMemoryBytes / 1e6,
  },
] as const satisfies readonly {
  name: string;
  unit: string;
  betterWhen: 'higher' | 'lower';
  digits: number;
  compute: (round: Round) => number;
}[];

/** Median over the rounds of each column, by column name; undefined if there are no rounds. */
export function medians({ rounds }: Candidate): Record<(typeof COLUMNS)[number]['name'], number> | undefined {
  if (rounds.length === 0) return undefined;
  const entries = COLUMNS.map(({ name, compute }) => [name, quantile(rounds.map(compute), 0.5)] as const);
  return Object.fromEntries(entries) as Record<(typeof COLUMNS)[number]['name'], number>;
}

/** The printed table: one line of medians per candidate, then the parameters. */
export function formatTable(candidates: readonly Candidate[]): string {
  const head = [
    'index kind',
    ...COLUMNS.map(({ name, unit }) => (unit === 'share' ? name : `${name} ${unit}`)),
  ];
  const lines = candidates.map((candidate) => {
    const values = medians(candidate);
    if (values === undefined)
      return [candidate.kind, candidate.absent ?? candidate.failure?.message ?? 'not run'];
    return [candidate.kind, ...COLUMNS.map(({ name, digits }) => values[name].toFixed(digits))];
  });
  const widths = head.map((title, column) =>
    Math.max(
      title.length,
      ...lines.filter((line) => line.length > 2).map((line) => line[column]?.length ?? 0),
    ),
  );
  const kindWidth = Math.max(...[head, ...lines].map((line) => line[0]!.length));
  const format = (line: readonly string[]): string =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(kindWidth) : cell.padStart(widths[column]!)))
      .join('  ');
  const parameters = candidates.flatMap(({ kind, parameters }) => {
    if (parameters === undefined) return [];
    const all = { ...parameters.build, ...parameters.query };
    return [
      `${kind.padEnd(kindWidth)}  ${
        Object.entries(all)
          .map(([name, value]) => `${name} ${value}`)
          .join(', ') || '-'
      }`,
    ];
  });
  return [...[head, ...lines].map(format), '', 'parameters', ...parameters].join('\n');
}
