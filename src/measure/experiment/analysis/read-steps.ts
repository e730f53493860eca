import type { ResultFile } from '../results/reader.ts';
import type { Sample } from '../results/sample.ts';
import { blockKey } from '../results/writer.ts';
import { StepTable } from './step-table.ts';

/** What a result file holds beside the figures. */
export interface ReadSteps {
  readonly table: StepTable;
  /** Samples of whole blocks. */
  readonly samples: number;
  /** Samples of blocks that were interrupted: requests in flight at the end are missing, so they count nowhere. */
  readonly interrupted: number;
  /** `FILE:LINE` of a last line that was cut. */
  readonly truncatedAt?: string | undefined;
}

/**
 * Reads the samples of whole blocks into columns. The file is read twice as a stream; memory grows by about 40 bytes a
 * sample. `onSample` sees each of them, for figures that columns do not hold.
 */
export async function readSteps(file: ResultFile, onSample?: (sample: Sample) => void): Promise<ReadSteps> {
  const sizes = new Map<string, number>();
  let truncatedAt: string | undefined;
  for await (const sample of file.samples((place) => {
    truncatedAt = place;
  }))
    sizes.set(blockKey(sample), (sizes.get(blockKey(sample)) ?? 0) + 1);
  const table = new StepTable(file.header);
  let samples = 0;
  let interrupted = 0;
  for await (const sample of file.samples()) {
    if (sizes.get(blockKey(sample)) !== sample.blockSize) {
      interrupted += 1;
      continue;
    }
    samples += 1;
    table.add(sample);
    onSample?.(sample);
  }
  return { table, samples, interrupted, truncatedAt };
}
