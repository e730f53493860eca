import type { Command } from 'commander';
import { MONTH_HOURS } from '../../api/cost/index.ts';
import { SragError, unknownName } from '../../core/index.ts';
import {
  BACKEND_NAMES,
  type BackendFigures,
  type BackendName,
  type CostAssumptions,
  DEFAULT_WORKLOAD,
  type Workload,
} from '../../measure/cost/index.ts';
import type { BackendOptions } from './options.ts';

/** Figures of a backend that an option sets for all backends. */
const FIGURES = ['memoryMb', 'warmMs', 'coldMs', 'initMs', 'coldShare', 'coldReads', 'warmReads'] as const;
/** Options of `srag cost` that `--backends` computes itself. */
const COMPUTED = { storedGb: '--rows and --text-bytes', documents: '--updates-per-day' } as const;

/** The backends of `--backends`, each once. @throws INVALID_ARGUMENT with the nearest name */
export function backendsOf(names: string | true): readonly BackendName[] {
  if (names === true) return BACKEND_NAMES;
  const list = names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (list.length === 0)
    throw new SragError('INVALID_ARGUMENT', '--backends names no backend.', {
      remedy: 'Separate names by commas, or use --backends alone for all.',
      fields: { field: 'backends' },
    });
  return [...new Set(list)].map((name) => {
    const known = BACKEND_NAMES.find((one) => one === name);
    if (known === undefined) throw unknownName('INVALID_ARGUMENT', 'backend', name, BACKEND_NAMES);
    return known;
  });
}

/** The workload that the options describe. @throws INVALID_ARGUMENT for a load plan that cannot be used */
export async function workloadOf(
  options: BackendOptions & CostAssumptions,
  command: Command,
): Promise<Workload> {
  const given = (key: string): boolean => command.getOptionValueSource(key) === 'cli';
  for (const [key, instead] of Object.entries(COMPUTED))
    if (given(key)) throw conflict(key, `is computed from ${instead}`);
  if (given('requests') && options.load !== undefined)
    throw conflict('requests', 'and --load both state the requests');
  const known = Object.keys(DEFAULT_WORKLOAD) as (keyof Workload)[];
  const all = {
    ...options,
    ...(await ratesOf(options)),
    textBytesPerRow: options.textBytes,
    filterableBytesPerRow: options.filterableBytes,
    updatedRowsPerDay: options.updatesPerDay,
  };
  return Object.fromEntries(known.map((key) => [key, all[key]])) as unknown as Workload;
}

/** Mean and highest rate in requests per second. */
async function ratesOf({
  load,
  requests,
}: BackendOptions & CostAssumptions): Promise<Pick<Workload, 'requestsPerSecond' | 'peakRequestsPerSecond'>> {
  if (load === undefined) {
    const rate = requests / (MONTH_HOURS * 3_600);
    return { requestsPerSecond: rate, peakRequestsPerSecond: rate };
  }
  const { parsePlan, ratesOfPlan } = await import('../../measure/index.ts');
  const { mean, peak } = ratesOfPlan(parsePlan(load));
  return { requestsPerSecond: mean, peakRequestsPerSecond: peak };
}

/** Figures that were set on the command line. */
export const chosenFigures = (
  options: BackendOptions & CostAssumptions,
  command: Command,
): Partial<BackendFigures> =>
  Object.fromEntries(
    FIGURES.filter((key) => command.getOptionValueSource(key) === 'cli').map((key) => [key, options[key]]),
  );

const conflict = (field: string, problem: string): SragError => {
  const flag = `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return new SragError('INVALID_ARGUMENT', `With --backends, ${flag} ${problem}.`, {
    remedy: `Remove ${flag}.`,
    fields: { field },
  });
};
