import { createHash } from 'node:crypto';
import { asSragError, fitToMetric, SragError, throwIfAborted } from '../../core/index.ts';
import type { Embedder, Embeddings, EmbedOptions } from './port.ts';

/** Checks texts before anything is sent. @throws INVALID_ARGUMENT for an empty text; CANCELLED. */
export function checkTexts(texts: readonly string[], options: EmbedOptions | undefined): void {
  throwIfAborted(options?.signal);
  const empty = texts.indexOf('');
  if (empty !== -1) {
    throw new SragError('INVALID_ARGUMENT', `Text ${empty} of ${texts.length} to embed is empty.`, {
      remedy: 'Omit empty texts.',
      fields: { index: empty },
    });
  }
}

/**
 * An embedder of a model that expects prefixes before its texts. `embed` receives checked texts with their prefix.
 */
export function prefixedEmbedder(
  { documentPrefix, queryPrefix }: { readonly documentPrefix: string; readonly queryPrefix: string },
  properties: Pick<Embedder, 'id' | 'dimensions' | 'batchSize' | 'local'>,
  embed: (texts: readonly string[], signal: AbortSignal | undefined) => Promise<Embeddings>,
): Embedder {
  const prefixed = async (texts: readonly string[], prefix: string, options?: EmbedOptions) => {
    checkTexts(texts, options);
    return embed(
      texts.map((text) => prefix + text),
      options?.signal,
    );
  };
  return {
    ...properties,
    semantic: true,
    embedDocuments: (texts, options) => prefixed(texts, documentPrefix, options),
    embedQuery: (text, options) => prefixed([text], queryPrefix, options),
  };
}

/**
 * Joins vectors into one array, scaled to unit length or unchanged.
 * @throws DIMENSION_MISMATCH, INVALID_VECTOR, naming the text, if no vector is usable.
 */
export function joinVectors(
  vectors: readonly ArrayLike<number>[],
  dimensions: number,
  service: string,
  { unitLength, inputTokens }: { readonly unitLength: boolean; readonly inputTokens?: number | undefined },
): Embeddings {
  const joined = new Float32Array(vectors.length * dimensions);
  const unusable = new Map<number, SragError>();
  for (const [index, vector] of vectors.entries()) {
    const place = joined.subarray(index * dimensions, (index + 1) * dimensions);
    try {
      checkLength(vector, dimensions, `${service} returned ${vector.length} dimensions for text ${index}`);
      place.set(vector);
      fitToMetric(place, unitLength ? 'cosine' : 'dot', `vector of text ${index} from ${service}`);
    } catch (error) {
      unusable.set(index, asSragError(error));
    }
  }
  const [first] = unusable.values();
  if (first !== undefined && unusable.size === vectors.length) throw first;
  return {
    vectors: joined,
    inputTokens,
    unusable: first === undefined ? undefined : unusable,
  };
}

function checkLength({ length }: ArrayLike<number>, dimensions: number, what: string): void {
  if (length === dimensions) return;
  throw new SragError('DIMENSION_MISMATCH', `${what}; ${dimensions} are configured.`, {
    remedy: `Set 'dimensions' to ${length}, or choose a model with ${dimensions}.`,
    fields: { actual: length, expected: dimensions },
  });
}

/**
 * Id of an embedder: name, model, dimensions, and all non-default settings that affect a document's vector (long values
 * hashed). The query prefix is not included, since it affects no stored vector.
 */
export function embedderId(
  name: string,
  model: string,
  dimensions: number,
  variant: Readonly<Record<string, string | undefined>> = {},
): string {
  const parts = Object.entries(variant)
    .filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
    .map(([key, value]) => `${key}=${/^[\w.-]{1,16}$/.test(value) ? value : shortHash(value)}`);
  return [name, model, String(dimensions), ...parts].join(':');
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
