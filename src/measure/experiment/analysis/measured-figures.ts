import { withoutUndefined } from '../../../core/index.ts';
import { BACKEND_NAMES, backendOfKind, type MeasuredFigures } from '../../cost/index.ts';
import type { ResultFile } from '../results/reader.ts';
import type { Sample, SampleTrace } from '../results/sample.ts';

/** Sums of one variant. */
interface Sums {
  readonly warm: Mean[];
  readonly cold: Mean[];
}
type Mean = Pick<SampleTrace, 'totalMs' | 'initMs' | 'storage'>;

/**
 * Figures for `srag cost` of each index kind of an experiment, from its answered requests: warm ones of the
 * lowest load that has any, and all cold ones.
 */
export async function figuresOfExperiment(file: ResultFile): Promise<readonly MeasuredFigures[]> {
  const sums = new Map<string, Sums>();
  const steps = new Map<string, number>();
  for await (const sample of file.samples()) {
    if (sample.outcome !== 'ok' || sample.trace === undefined || sample.trace.cached === true) continue;
    const of = sums.get(sample.variant) ?? { warm: [], cold: [] };
    sums.set(sample.variant, of);
    if (sample.population === 'cold') of.cold.push(sample.trace);
    else addWarm(of, steps, sample);
  }
  return file.header.variants.flatMap(({ name, index, memoryMb }) => {
    const backend = index === undefined ? undefined : backendOfKind(index.kind, BACKEND_NAMES);
    const of = sums.get(name);
    if (backend === undefined || of === undefined) return [];
    const figures = withoutUndefined({
      warmMs: mean(of.warm, ({ totalMs }) => totalMs),
      warmReads: mean(of.warm, ({ storage }) => storage?.reads),
      bytesRead: mean(of.warm, ({ storage }) => storage?.bytes),
      coldMs: mean(of.cold, ({ totalMs }) => totalMs),
      initMs: mean(of.cold, ({ initMs }) => initMs),
      coldReads: mean(of.cold, ({ storage }) => storage?.reads),
      memoryMb,
      indexBytes: index?.sizeBytes,
      buildMs: index?.buildMs,
    });
    return [{ backend, rows: index?.rows, figures }];
  });
}

/** Keeps the warm samples of the lowest step only, because higher loads may include contention. */
function addWarm(of: Sums, steps: Map<string, number>, { variant, step, trace }: Sample): void {
  const lowest = steps.get(variant) ?? Number.POSITIVE_INFINITY;
  if (step > lowest) return;
  if (step < lowest) of.warm.length = 0;
  steps.set(variant, step);
  of.warm.push(trace!);
}

function mean(traces: readonly Mean[], of: (trace: Mean) => number | undefined): number | undefined {
  const values = traces.map(of).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
