import { type Metric, SragError } from '../../core/index.ts';
import { openVectorFolder, type VectorFolder } from '../../models/embedders/index.ts';
import type { DocumentVectors } from './port.ts';

/** Rows per read. Blocks are efficient, because a dataset is ingested in the order of its lines. */
const BLOCK = 1_024;

/** Opens a folder of vectors (`corpus.f16.npy` or `.f32.npy`), read in blocks. */
export async function openDocumentVectors(
  directory: string,
  metric: Metric,
): Promise<DocumentVectors & { close(): Promise<void> }> {
  const folder: VectorFolder = await openVectorFolder(directory, metric);
  let from = -1;
  let block: Float32Array = new Float32Array(0);
  return {
    dimensions: folder.dimensions,
    rows: folder.rows,
    async vector(row) {
      const start = row - (row % BLOCK);
      if (start !== from) {
        try {
          block = await folder.corpusRows(start, Math.min(folder.rows, start + BLOCK));
          from = start;
        } catch (error) {
          if (!(error instanceof SragError) || error.code !== 'INVALID_VECTOR') throw error;
          // Rows are read one by one here, so that one invalid row does not fail its block.
          return folder.corpusRows(row, row + 1);
        }
      }
      const offset = (row - start) * folder.dimensions;
      return block.slice(offset, offset + folder.dimensions);
    },
    close: () => folder.close(),
  };
}

/** The precomputed vector of a record. @throws VECTOR_COUNT_MISMATCH, INVALID_VECTOR */
export async function readyVector(vectors: DocumentVectors, row: number | undefined): Promise<Float32Array> {
  if (row !== undefined && row < vectors.rows) return vectors.vector(row);
  throw new SragError(
    'VECTOR_COUNT_MISMATCH',
    `There are ${vectors.rows} precomputed vectors, but none for record ${row ?? 'of a plain file'}.`,
    {
      remedy: 'Ingest the single JSONL file that the vectors were computed from.',
    },
  );
}
