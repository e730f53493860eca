import type { ResultFile } from '../results/reader.ts';
import type { Sample } from '../results/sample.ts';
import { blockKey } from '../results/writer.ts';
import { StepTable } from './step-table.ts';

/** Contents of a result file. */
export interface ReadSteps {
  readonly table: StepTable;
  /** Number of samples of complete blocks. */
  readonly samples: number;
  /** Samples of interrupted blocks, excluded because the requests in flight at the end are missing. */
  readonly interrupted: number;
  /** `FILE:LINE` of a truncated last line. */
  readonly truncatedAt?: string | undefined;
}

/**
 * Reads the samples of complete blocks into columns. Streams the file twice; memory grows by about 40 bytes
 * per sample. `onSample` receives each sample, for figures that the columns do not cover.
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
