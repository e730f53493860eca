import type { Command } from 'commander';
import { SragError } from '../../core/index.ts';
import { BACKEND_NAMES, DEFAULT_WORKLOAD } from '../../measure/cost/index.ts';
import { numberOption } from '../options.ts';

/** Options of `srag cost --backends`, besides those of `srag cost`. */
export interface BackendOptions {
  /** A comma-separated list; true for all backends. */
  readonly backends?: string | true;
  readonly load?: string;
  readonly rows: number;
  readonly dimensions: number;
  readonly textBytes: number;
  readonly filterableBytes: number;
  readonly updatesPerDay: number;
  readonly topK: number;
  readonly warmReads?: number;
  readonly managedNodes: number;
  readonly servers: number;
  readonly results?: string;
  readonly report?: string;
}

/** Numeric options of `--backends`, by the key that they set. */
const NUMBERS: readonly (readonly [keyof BackendOptions, string, string, number])[] = [
  ['rows', '--rows <n>', 'chunks, each with a vector', DEFAULT_WORKLOAD.rows],
  ['dimensions', '--dimensions <n>', 'dimensions of a vector', DEFAULT_WORKLOAD.dimensions],
  ['textBytes', '--text-bytes <n>', "mean size of a chunk's text", DEFAULT_WORKLOAD.textBytesPerRow],
  [
    'filterableBytes',
    '--filterable-bytes <n>',
    'filterable metadata of a chunk',
    DEFAULT_WORKLOAD.filterableBytesPerRow,
  ],
  [
    'updatesPerDay',
    '--updates-per-day <n>',
    'chunks that change per day',
    DEFAULT_WORKLOAD.updatedRowsPerDay,
  ],
  ['topK', '--top-k <n>', 'hits of a request', DEFAULT_WORKLOAD.topK],
  ['managedNodes', '--managed-nodes <n>', 'data nodes of a managed domain', DEFAULT_WORKLOAD.managedNodes],
  ['servers', '--servers <n>', 'instances of an in-memory server', DEFAULT_WORKLOAD.servers],
];
const TEXTS: readonly (readonly [keyof BackendOptions, string, string])[] = [
  [
    'load',
    '--load <plan>',
    'load of a day or another period instead of --requests, such as "day 1/s to 20/s"',
  ],
  ['results', '--results <file>', 'measured figures: srag compare --json, or a result of srag bench run'],
  ['report', '--report <file>', 'write the costs as one HTML file with break-even charts'],
];

/** Adds `--backends` and its options. */
export function withBackendOptions(command: Command): Command {
  command.option('--backends [names]', `compare backends (default: all): ${BACKEND_NAMES.join(', ')}`);
  for (const [, flags, what, value] of NUMBERS)
    command.option(flags, `${what} (--backends)`, numberOption, value);
  command.option('--warm-reads <n>', 'storage requests of a warm retrieval (--backends)', numberOption);
  for (const [, flags, what] of TEXTS) command.option(flags, `${what} (--backends)`);
  return command;
}

/** @throws INVALID_ARGUMENT for an option that only `--backends` uses, without it */
export function refuseBackendOptions(command: Command): void {
  const keys = [...NUMBERS, ...TEXTS].map(([key]) => key);
  for (const key of [...keys, 'warmReads'])
    if (command.getOptionValueSource(key) === 'cli') {
      const flag = `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      throw new SragError('INVALID_ARGUMENT', `${flag} needs --backends.`, {
        remedy: 'Add --backends to compare backends, or remove the option.',
        fields: { field: key },
      });
    }
}
