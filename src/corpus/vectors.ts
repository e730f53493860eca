import { SragError } from '../core/index.ts';
import type { DocumentWrite } from './port.ts';

/** Largest distance from unit length that float16 storage explains. */
const LENGTH_TOLERANCE = 0.01;

/**
 * Refuses vectors that would poison a search.
 * @throws DIMENSION_MISMATCH, INVALID_VECTOR (missing, NaN, zero, not of unit length), naming the chunk.
 */
export function checkVectors(documents: readonly DocumentWrite[], dimensions: number): void {
  for (const { chunks } of documents) {
    for (const { chunk, vector } of chunks) {
      const where = `chunk ${chunk.id} of document '${chunk.documentId}'`;
      if ((vector?.length ?? 0) !== dimensions) {
        throw new SragError(
          'DIMENSION_MISMATCH',
          `The vector of ${where} has ${vector?.length ?? 0} dimensions, the collection ${dimensions}.`,
          {
            remedy: 'Use the embedder that the collection was made with.',
            fields: { documentId: chunk.documentId },
          },
        );
      }
      if (vector !== undefined) checkLength(vector, where);
    }
  }
}

function checkLength(vector: Float32Array, where: string): void {
  let sum = 0;
  for (let index = 0; index < vector.length; index++) sum += vector[index]! * vector[index]!;
  const length = Math.sqrt(sum);
  // The comparison is written so that NaN fails it.
  if (Math.abs(length - 1) <= LENGTH_TOLERANCE) return;
  throw new SragError('INVALID_VECTOR', `The vector of ${where} has length ${length}, not 1.`, {
    remedy: 'Normalise vectors to unit length; zero vectors and NaN cannot be searched.',
  });
}
