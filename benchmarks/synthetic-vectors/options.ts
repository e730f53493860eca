import { parseArgs } from 'node:util';

export const HELP = `Usage: node benchmarks/synthetic-vectors/main.ts --out DIR [options]

Writes a seeded collection whose vectors are as hard for 1-bit codes as real embeddings: clusters with a power-law
spectrum, unit length, queries held out. DIR gets corpus.jsonl.gz, queries.jsonl.gz, qrels/test.tsv (the 10 nearest)
and vectors/synthetic-DIMENSIONS/ with corpus, queries and the exact 100 nearest.

  --out DIR          new folder
  --rows N           (default 100000)
  --dimensions N     2 to 4096 (default 384)
  --queries N        (default 1000)
  --clusters N       (default: a hundredth of the rows, at most 1000)
  --spread N         width of the clusters (default: calibrated)
  --seed N           (default 1)
  --threads N        (default: one per core)
  --no-texts         only the vectors
  --help`;

export interface GeneratorOptions {
  readonly out: string;
  readonly rows: number;
  readonly dimensions: number;
  readonly queries: number;
  readonly clusters: number;
  readonly spread: number | undefined;
  readonly seed: number;
  readonly threads: number | undefined;
  readonly texts: boolean;
}

/** Reads the command line; returns `help` if help is requested. @throws RangeError, TypeError */
export function readGeneratorOptions(args: readonly string[]): GeneratorOptions | 'help' {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      out: text,
      rows: text,
      dimensions: text,
      queries: text,
      clusters: text,
      spread: text,
      seed: text,
      threads: text,
      texts: flag,
      help: flag,
    },
  });
  if (values.help) return 'help';
  if (values.out === undefined) throw new RangeError('--out is missing: it must be the folder to write.');
  const rows = whole('rows', values.rows ?? '100000', 1, 100_000_000);
  const clusters = Math.min(1_000, Math.ceil(rows / 100));
  const spread = values.spread === undefined ? undefined : Number(values.spread);
  if (spread !== undefined && !(spread > 0)) throw new RangeError(`--spread is '${values.spread}'.`);
  return {
    out: values.out,
    rows,
    dimensions: whole('dimensions', values.dimensions ?? '384', 2, 4_096),
    queries: whole('queries', values.queries ?? '1000', 1, 1_000_000),
    clusters: whole('clusters', values.clusters ?? String(clusters), 1, 65_535),
    spread,
    seed: whole('seed', values.seed ?? '1', 0, 2 ** 31),
    threads: values.threads === undefined ? undefined : whole('threads', values.threads, 1, 256),
    texts: values.texts ?? true,
  };
}

function whole(name: string, given: string, low: number, high: number): number {
  const value = Number(given);
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new RangeError(`--${name} is '${given}'; it must be a whole number from ${low} to ${high}.`);
}
