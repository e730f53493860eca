import { createHash } from 'node:crypto';
import { normaliseText, SragError } from '../../core/index.ts';

/** Everything that an answer depends on. */
export interface CacheKeyParts {
  /** The cached value: the hits only, or the answer. */
  readonly kind: 'hits' | 'answer';
  readonly collection: string;
  /** The searched index version; its build identifies the corpus version. */
  readonly index: { readonly kind: string; readonly version: string };
  readonly question?: string | undefined;
  /** A precomputed vector of the question. */
  readonly vector?: ArrayLike<number> | undefined;
  /** `topK`, `mode`, `filter`, limits and other options of the request or the deployment. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly embedder: string;
  readonly reranker?: string | undefined;
  /** The generator and its model; required for answers. */
  readonly generator?: string | undefined;
}

/** Incremented when the shape of cached values changes. */
const FORMAT = 1;

/**
 * Cache key of an answer: SHA-256 of all parts, hexadecimal. Differences in white space and Unicode
 * composition of the question are ignored. Case is significant, because models distinguish it.
 * @throws INVALID_ARGUMENT for options that are not JSON.
 */
export function cacheKey(parts: CacheKeyParts): string {
  const { vector, question, ...rest } = parts;
  const text = canonicalJson({
    format: FORMAT,
    ...rest,
    question: question === undefined ? undefined : canonicalQuestion(question),
    vector: vector === undefined ? undefined : hashOf(Buffer.from(Float32Array.from(vector).buffer)),
  });
  return hashOf(text);
}

export const canonicalQuestion = (question: string): string =>
  normaliseText(question, 'NFC').trim().replaceAll(/\s+/gu, ' ');

const hashOf = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** JSON with sorted keys and without undefined values, so that equal values have equal texts. */
function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, inner]) => `${JSON.stringify(name)}:${canonicalJson(inner)}`);
    return `{${entries.join(',')}}`;
  }
  throw new SragError(
    'INVALID_ARGUMENT',
    `A ${typeof value} (${String(value)}) cannot be part of a cache key.`,
    {
      remedy: 'Use strings, finite numbers, booleans, null, arrays and objects of them.',
      fields: { field: 'options' },
    },
  );
}
