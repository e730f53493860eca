import type { SragError } from '../../core/index.ts';

export interface EmbedOptions {
  readonly signal?: AbortSignal;
}

/** Vectors of texts, one after the other in one array: `count * dimensions` numbers. */
export interface Embeddings {
  readonly vectors: Float32Array;
  /** Tokens that the service counted; absent when it did not say. */
  readonly inputTokens?: number;
  /** Why vectors cannot be used, by the position of their text; never all of them. Absent where all can be used. */
  readonly unusable?: ReadonlyMap<number, SragError>;
}

/**
 * Turns texts into vectors, of unit length unless its settings say otherwise.
 * Errors: EMBEDDER_FAILED, THROTTLED, CREDENTIALS_MISSING, ACCESS_DENIED, MODEL_NOT_FOUND, INVALID_VECTOR, CANCELLED.
 */
export interface Embedder {
  /** Name, model and dimensions: vectors of different ids are never mixed. */
  readonly id: string;
  readonly dimensions: number;
  /** False where nearness does not mean likeness (`hashing`): such an embedder never enters mode `auto`. */
  readonly semantic: boolean;
  /** How many texts to hand over at once. */
  readonly batchSize: number;
  embedDocuments(texts: readonly string[], options?: EmbedOptions): Promise<Embeddings>;
  embedQuery(text: string, options?: EmbedOptions): Promise<Embeddings>;
}
