import type { StorageUse } from '../../core/index.ts';
import type { RequestUse } from '../cost/index.ts';

/** Adds a step's functions, storage, models and logs to a request's use. */
export function joinedUse(sum: RequestUse, step: RequestUse): RequestUse {
  const storage = addedUp(sum.storage, step.storage, ['reads', 'writes', 'bytes']);
  const logs = addedUp(sum.logs, step.logs, ['bytes']);
  return {
    ...sum,
    functions: [...(sum.functions ?? []), ...(step.functions ?? [])],
    ...(storage && { storage }),
    ...(logs && { logs }),
    ...(step.embedding && { embedding: step.embedding }),
    ...(step.generation && { generation: joinedGeneration(sum.generation, step.generation) }),
    ...(step.rerank && { rerank: step.rerank }),
  };
}

/** The tokens of several calls of one model. */
export function joinedGeneration(
  one: RequestUse['generation'],
  other: NonNullable<RequestUse['generation']>,
): NonNullable<RequestUse['generation']> {
  if (one === undefined) return other;
  return {
    ...other,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
  };
}

/** Storage use of consecutive steps: their waves add up. */
export function joinedStorage(
  one: StorageUse | undefined,
  other: StorageUse | undefined,
): StorageUse | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    reads: one.reads + other.reads,
    bytes: one.bytes + other.bytes,
    waves: one.waves + other.waves,
    cacheHits: one.cacheHits + other.cacheHits,
  };
}

function addedUp<Key extends string, Use extends Readonly<Record<Key, number>>>(
  one: Use | undefined,
  other: Use | undefined,
  keys: readonly Key[],
): Use | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return { ...one, ...Object.fromEntries(keys.map((key) => [key, one[key] + other[key]])) };
}
