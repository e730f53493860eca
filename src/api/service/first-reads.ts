import type { Prefetch } from '../../indexes/index.ts';
import type { RagServiceParts } from './parts.ts';
import type { RetrieveRequest } from './port.ts';

/** The fields of a request that determine which parts of an index its search reads. */
export type ReadHints = Pick<RetrieveRequest, 'mode' | 'question' | 'vector'>;

/** The parts of an index that a request's search reads first; undefined if they depend on the collection. */
export function firstReads(
  { mode, question, vector }: ReadHints,
  defaultMode: RagServiceParts['defaults']['mode'],
): Prefetch | undefined {
  const requestedMode = mode ?? defaultMode;
  if (requestedMode !== 'auto') return requestedMode;
  if (vector === undefined) return undefined;
  return question ? 'hybrid' : 'vector';
}
