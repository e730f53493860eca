import type { Measured } from './model.ts';

const LINES: readonly { readonly name: string; readonly of: (one: Measured) => string }[] = [
  { name: 'cold first answer, S3 at 25 ms', of: ({ coldMs }) => `${coldMs.toFixed(0)} ms` },
  {
    name: 'reads, waves, bytes of the first answer',
    of: (one) => `${one.coldReads.toFixed(0)}, ${one.coldWaves.toFixed(0)}, ${mb(one.coldBytes, 1)}`,
  },
  { name: 'warm p50', of: ({ warmMs }) => `${warmMs.toFixed(2)} ms` },
  { name: 'warm recall@10', of: ({ recall }) => (Number.isNaN(recall) ? '-' : recall.toFixed(4)) },
  { name: 'memory after 1,000 queries, nothing hydrated', of: ({ coldRssBytes }) => mb(coldRssBytes) },
  { name: 'memory, hydrated into a folder', of: ({ warmRssBytes }) => mb(warmRssBytes) },
  { name: 'index', of: ({ totalBytes }) => mb(totalBytes) },
  { name: 'codes, directory, leaves of the index', of: (one) => tables(one) },
  { name: 'build', of: ({ buildMs }) => `${(buildMs / 1_000).toFixed(1)} s` },
  { name: 'peak memory of the build', of: ({ buildPeakBytes }) => mb(buildPeakBytes) },
];

const mb = (bytes: number, digits = 0): string =>
  Number.isNaN(bytes) ? '-' : `${(bytes / 1e6).toFixed(digits)} MB`;
const tables = ({ codesBytes, directoryBytes, leavesBytes }: Measured): string =>
  `${mb(codesBytes, 1)}, ${mb(directoryBytes, 1)}, ${mb(leavesBytes, 1)}`;
const count = (rows: number): string => rows.toLocaleString('en');

/** A table with one column per size; the last column is the extrapolation. */
export function growthTable(measured: readonly Measured[], expected: Measured): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const all = [...measured, expected];
  return [
    row([
      '',
      ...measured.map(({ rows }) => `${count(rows)} rows`),
      `${count(expected.rows)} rows, by the formulae`,
    ]),
    row(['---', ...all.map(() => '---:')]),
    ...LINES.map(({ name, of }) => row([name, ...all.map(of)])),
  ].join('\n');
}
