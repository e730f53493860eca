import { createHash } from 'node:crypto';
import { normaliseText, SragError } from '../../core/index.ts';

/** Everything that decides an answer. */
export interface CacheKeyParts {
  /** What is kept: the hits alone, or the answer written from them. */
  readonly kind: 'hits' | 'answer';
  readonly collection: string;
  /** The index version that is searched; its build stands for the corpus as it was. */
  readonly index: { readonly kind: string; readonly version: string };
  readonly question?: string | undefined;
  /** A ready-made vector of the question. */
  readonly vector?: ArrayLike<number> | undefined;
  /** `topK`, `mode`, `filter`, limits: whatever else the request or the deployment may vary. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly embedder: string;
  readonly reranker?: string | undefined;
  /** Needed for answers, with its model. */
  readonly generator?: string | undefined;
}

/** Counts up when what is kept under a key changes its shape. */
const FORMAT = 1;

/**
 * Name of the answer that all these parts lead to: SHA-256, hexadecimal. Questions that differ in white space at their
 * ends, in runs of it, or in Unicode composition are one question; case is left, since models see it.
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

/** JSON whose objects have their keys in order and no undefined ones, so that equal values give equal texts. */
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
