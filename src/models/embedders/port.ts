import type { SragError } from '../../core/index.ts';

export interface EmbedOptions {
  readonly signal?: AbortSignal;
}

/** Vectors of texts, concatenated in one array: `count * dimensions` numbers. */
export interface Embeddings {
  readonly vectors: Float32Array;
  /** Tokens counted by the service; absent if it did not report them. */
  readonly inputTokens?: number;
  /** Errors of unusable vectors by position of the text; absent if all vectors are usable. */
  readonly unusable?: ReadonlyMap<number, SragError>;
}

/**
 * Converts texts to vectors, of unit length unless the settings say otherwise. Throws if no vector is usable.
 * Errors: EMBEDDER_FAILED, THROTTLED, CREDENTIALS_MISSING, ACCESS_DENIED, MODEL_NOT_FOUND, INVALID_VECTOR, CANCELLED.
 */
export interface Embedder {
  /** Name, model and dimensions. Vectors of embedders with different ids are never mixed. */
  readonly id: string;
  readonly dimensions: number;
  /** False if similar vectors do not imply similar meaning (`hashing`); mode `auto` does not use such embedders. */
  readonly semantic: boolean;
  /** Whether texts are embedded in this process, without a request. */
  readonly local?: boolean;
  /** Recommended number of texts per call. */
  readonly batchSize: number;
  embedDocuments(texts: readonly string[], options?: EmbedOptions): Promise<Embeddings>;
  embedQuery(text: string, options?: EmbedOptions): Promise<Embeddings>;
}
