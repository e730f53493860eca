import { latencyQuantiles, mean, quantile } from '../../src/measure/index.ts';
import { type Sample, type SampleOf, samplesOf } from './samples.ts';

interface Column<S> {
  readonly name: string;
  readonly unit: string;
  readonly betterWhen: 'higher' | 'lower';
  readonly digits: number;
  /** Figures computed from all samples of a kind; NaN if there are none. */
  readonly compute: (samples: readonly S[]) => number;
}

const median = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : quantile([...values], 0.5);
const overRounds = <S>(value: (sample: S) => number) => {
  return (samples: readonly S[]): number => median(samples.map(value).filter((one) => !Number.isNaN(one)));
};
const lower = (name: string, unit: string, digits: number) =>
  ({ name, unit, digits, betterWhen: 'lower' }) as const;
const recallColumn = <S extends { readonly recalls: readonly number[] }>(): Column<S> => ({
  name: 'recall@10',
  unit: '',
  digits: 4,
  betterWhen: 'higher',
  compute: overRounds<S>(({ recalls }) => (recalls.length === 0 ? Number.NaN : mean(recalls))),
});

const COLD: readonly Column<SampleOf<'cold'>>[] = [
  { ...lower('first answer', 'ms', 0), compute: overRounds(({ firstAnswerMs }) => firstAnswerMs) },
  {
    ...lower('of which open and search', 'ms', 0),
    compute: overRounds(({ openAndSearchMs }) => openAndSearchMs),
  },
  {
    ...lower('slowest', 'ms', 0),
    compute: (samples) => Math.max(...samples.map(({ firstAnswerMs }) => firstAnswerMs)),
  },
  { ...lower('reads', '', 0), compute: overRounds(({ traffic }) => traffic?.reads ?? Number.NaN) },
  { ...lower('waves', '', 0), compute: overRounds(({ traffic }) => traffic?.waves ?? Number.NaN) },
  { ...lower('read', 'MB', 1), compute: overRounds(({ traffic }) => (traffic?.bytes ?? Number.NaN) / 1e6) },
];
const SESSION: readonly Column<SampleOf<'session'>>[] = [
  { ...lower('p50', 'ms', 2), compute: overRounds(({ latenciesMs }) => latencyQuantiles(latenciesMs).p50) },
  { ...lower('p99', 'ms', 2), compute: overRounds(({ latenciesMs }) => latencyQuantiles(latenciesMs).p99) },
  {
    ...lower('reads a query', '', 0),
    compute: overRounds((s) => median(s.traffic.map(({ reads }) => reads))),
  },
  {
    ...lower('waves a query', '', 0),
    compute: overRounds((s) => median(s.traffic.map(({ waves }) => waves))),
  },
  {
    ...lower('read a query', 'MB', 2),
    compute: overRounds((s) => median(s.traffic.map(({ bytes }) => bytes)) / 1e6),
  },
  {
    ...lower('most reads', '', 0),
    compute: (samples) => Math.max(...samples.flatMap((s) => s.traffic.map(({ reads }) => reads))),
  },
  { ...lower('hydration', 'ms', 0), compute: overRounds(({ hydration }) => hydration?.ms ?? Number.NaN) },
  recallColumn(),
];
const WARM: readonly Column<SampleOf<'warm'>>[] = [
  { ...lower('p50', 'ms', 3), compute: overRounds(({ latenciesMs }) => latencyQuantiles(latenciesMs).p50) },
  { ...lower('p99', 'ms', 3), compute: overRounds(({ latenciesMs }) => latencyQuantiles(latenciesMs).p99) },
  recallColumn(),
  { ...lower('resident', 'MB', 0), compute: overRounds(({ rssBytes = Number.NaN }) => rssBytes / 1e6) },
];
const MEMORY: readonly Column<SampleOf<'memory'>>[] = [
  { ...lower('resident', 'MB', 0), compute: overRounds(({ rssBytes }) => rssBytes / 1e6) },
  { ...lower('peak', 'MB', 0), compute: overRounds(({ peakBytes }) => peakBytes / 1e6) },
];

/** Markdown tables with titles, one line per kind. Columns without values are left out. */
export function formatReport(samples: readonly Sample[], absent: Readonly<Record<string, string>>): string {
  const cold = samplesOf(samples, 'cold');
  const session = samplesOf(samples, 'session');
  const tables = [
    table(
      'Cold, S3: process start to first answer with text',
      cold.filter(({ place }) => place === 's3'),
      COLD,
    ),
    table(
      'Cold, local disk',
      cold.filter(({ place }) => place === 'disk'),
      COLD,
    ),
    table('First queries of fresh openings', samplesOf(samples, 'first-recall'), [recallColumn()]),
    table(
      'Later queries of a process, S3',
      session.filter(({ phase }) => phase === 'later'),
      SESSION,
    ),
    table(
      'After hydration, S3',
      session.filter(({ phase }) => phase === 'hydrated'),
      SESSION,
    ),
    table('Warm, in process, local disk', samplesOf(samples, 'warm'), WARM),
    table('Memory after queries', samplesOf(samples, 'memory'), MEMORY),
    ...Object.entries(absent).map(([kind, reason]) => `${kind}: ${reason}`),
  ];
  return tables.filter((text) => text !== '').join('\n\n');
}

function table<S extends { readonly kind: string }>(
  title: string,
  samples: readonly S[],
  columns: readonly Column<S>[],
): string {
  const byKind = Map.groupBy(samples, ({ kind }) => kind);
  if (byKind.size === 0) return '';
  const lines = [...byKind].map(([kind, its]) => ({ kind, values: columns.map((one) => one.compute(its)) }));
  const shown = columns.flatMap((column, at) =>
    lines.some(({ values }) => Number.isFinite(values[at])) ? [{ column, at }] : [],
  );
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    `### ${title}`,
    '',
    row(['kind', ...shown.map(({ column: { name, unit } }) => (unit === '' ? name : `${name}, ${unit}`))]),
    row(['---', ...shown.map(() => '---:')]),
    ...lines.map(({ kind, values }) =>
      row([
        kind,
        ...shown.map(({ column, at }) =>
          Number.isFinite(values[at]) ? values[at]!.toFixed(column.digits) : '-',
        ),
      ]),
    ),
  ].join('\n');
}
