import { fitToMetric, type Metric, SragError, vectorLength } from '../core/index.ts';
import type { DocumentWrite } from './port.ts';

/** Maximum deviation from unit length that float16 storage can cause. */
const LENGTH_TOLERANCE = 0.01;

/**
 * Rejects vectors that would corrupt search results.
 * @throws DIMENSION_MISMATCH, INVALID_VECTOR (missing, NaN, zero, or with metric cosine not of unit length).
 * The error names the chunk.
 */
export function checkVectors(
  documents: readonly DocumentWrite[],
  { dimensions, metric }: { readonly dimensions: number; readonly metric: Metric },
): void {
  for (const { chunks } of documents) {
    for (const { chunk, vector } of chunks) {
      const where = `vector of chunk ${chunk.id} of document '${chunk.documentId}'`;
      if ((vector?.length ?? 0) !== dimensions) {
        throw new SragError(
          'DIMENSION_MISMATCH',
          `The ${where} has ${vector?.length ?? 0} dimensions; the collection has ${dimensions}.`,
          {
            remedy: 'Use the embedder that the collection was created with.',
            fields: { documentId: chunk.documentId },
          },
        );
      }
      if (vector === undefined) continue;
      if (metric === 'dot') fitToMetric(vector, metric, where);
      else checkUnitLength(vector, where);
    }
  }
}

function checkUnitLength(vector: Float32Array, where: string): void {
  const length = vectorLength(vector, where);
  if (Math.abs(length - 1) <= LENGTH_TOLERANCE) return;
  throw new SragError('INVALID_VECTOR', `The ${where} has length ${length}, not 1.`, {
    remedy:
      'Normalise vectors to unit length, or create the collection with --metric dot to compare them as they are.',
  });
}
