import type { Prefetch } from '../../indexes/index.ts';
import type { RagServiceParts } from './parts.ts';
import type { RetrieveRequest } from './port.ts';

/** What of a request says which parts of an index its search reads. */
export type Asked = Pick<RetrieveRequest, 'mode' | 'question' | 'vector'>;

/** What the search of a request reads first; undefined where only the collection tells. */
export function firstReads(
  { mode, question, vector }: Asked,
  usual: RagServiceParts['defaults']['mode'],
): Prefetch | undefined {
  const asked = mode ?? usual;
  if (asked !== 'auto') return asked;
  if (vector === undefined) return undefined;
  return question ? 'hybrid' : 'vector';
}
