import { normalise, throwIfAborted } from '../../../core/index.ts';
import { parseSettings } from '../../../io/settings/index.ts';
import type { Embedder, Embeddings, EmbedOptions } from '../port.ts';
import { checkTexts } from '../texts.ts';
import { addHashedFeatures } from './features.ts';
import { type HashingSettings, settingsSchema } from './settings.ts';

export { settingsSchema };

const YIELD_EVERY = 256;

/**
 * Deterministic vectors from hashed words and character trigrams, without download or account. Similar
 * vectors share words, not meaning, and retrieval is worse than lexical search. For tests and experiments
 * with indexes.
 */
class HashingEmbedder implements Embedder {
  readonly id: string;
  readonly dimensions: number;
  readonly semantic = false;
  readonly batchSize = 1024;

  constructor({ dimensions }: HashingSettings) {
    this.dimensions = dimensions;
    this.id = `hashing:${dimensions}`;
  }

  async embedDocuments(texts: readonly string[], options?: EmbedOptions): Promise<Embeddings> {
    checkTexts(texts, options);
    const vectors = new Float32Array(texts.length * this.dimensions);
    for (const [index, text] of texts.entries()) {
      const vector = vectors.subarray(index * this.dimensions, (index + 1) * this.dimensions);
      addHashedFeatures(text, vector);
      normalise(vector, `hashing vector of text ${index}`);
      if (index % YIELD_EVERY === YIELD_EVERY - 1) {
        await new Promise(setImmediate);
        throwIfAborted(options?.signal);
      }
    }
    return { vectors };
  }

  embedQuery(text: string, options?: EmbedOptions): Promise<Embeddings> {
    return this.embedDocuments([text], options);
  }
}

/** @throws UNKNOWN_CONFIG_KEY, INVALID_CONFIG. */
export function create(settings: unknown): Embedder {
  return new HashingEmbedder(parseSettings(settingsSchema, settings, "embedder 'hashing'"));
}
