import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run bench:growth -- --work DIR [options]

Measures the snapshot index at several sizes on seeded synthetic vectors, and extrapolates to ten times the largest by
formulae, which it prints. Data, indexes and results that already exist in the work folder are reused.

  --work DIR         folder for data, indexes and results: about 9 GB for a million rows x 768
  --sizes A,B        rows (default 10000,100000,1000000)
  --dimensions N     (default 768)
  --rounds N         (default 3)
  --cache-mb N       size of the cache folder of warm queries (default 2000)
  --threads N        threads of the generator (default: one per core)
  --help`;

/** Configuration of a run. */
export interface GrowthOptions {
  readonly work: string;
  readonly sizes: readonly number[];
  readonly dimensions: number;
  readonly rounds: number;
  readonly cacheMb: number;
  readonly threads: number;
}

/** Reads the command line; returns `help` if help is requested. @throws TypeError, RangeError */
export function readGrowthOptions(args: readonly string[]): GrowthOptions | 'help' {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      work: text,
      sizes: text,
      dimensions: text,
      rounds: text,
      'cache-mb': text,
      threads: text,
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return 'help';
  if (values.work === undefined)
    throw new RangeError('--work is missing: it must be a folder for data and results.');
  return {
    work: values.work,
    sizes: (values.sizes ?? '10000,100000,1000000').split(',').map((size) => whole('sizes', size)),
    dimensions: whole('dimensions', values.dimensions ?? '768'),
    rounds: whole('rounds', values.rounds ?? '3'),
    cacheMb: whole('cache-mb', values['cache-mb'] ?? '2000'),
    threads: whole('threads', values.threads ?? String(availableParallelism())),
  };
}

function whole(name: string, given: string): number {
  const value = Number(given);
  if (Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`--${name} is '${given}'; it must be an integer >= 1.`);
}
