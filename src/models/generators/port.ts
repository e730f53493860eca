/** A passage that an answer may rest on. `marker` is the n of `[n]`. */
export interface Passage {
  readonly marker: number;
  readonly chunkId: string;
  readonly documentId: string;
  readonly title: string;
  readonly text: string;
  readonly headingPath: readonly string[];
  readonly score: number;
}

export interface GenerationRequest {
  readonly question: string;
  /** Best first. */
  readonly passages: readonly Passage[];
  /** Most tokens of the answer. */
  readonly maxOutputTokens: number;
  /** The application's own instructions to a model, such as tone or language, after those of srag. */
  readonly instructions?: string | undefined;
  readonly signal?: AbortSignal;
}

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** True where srag counted, false where the model's service did. */
  readonly estimated: boolean;
}

/**
 * What a generator says, in order: tokens, then one `end`. The answer's text is the tokens joined; it cites
 * passages as `[n]`. `discard` = the tokens before were the model's thinking, no part of the answer. `notFound` = the
 * passages do not hold an answer.
 */
export type GenerationEvent =
  | { readonly kind: 'token'; readonly text: string }
  | { readonly kind: 'discard' }
  | {
      readonly kind: 'end';
      readonly stopReason: 'complete' | 'length' | 'filtered';
      readonly notFound: boolean;
      /** Absent when the service did not say. */
      readonly usage?: TokenUsage;
    };

/**
 * Writes an answer from passages.
 * Errors: GENERATOR_FAILED, THROTTLED, CREDENTIALS_MISSING, ACCESS_DENIED, MODEL_NOT_FOUND, CANCELLED.
 */
export interface Generator {
  /** Name and model. */
  readonly id: string;
  generate(request: GenerationRequest): AsyncIterable<GenerationEvent>;
}

/** What a generator says, alone, when the passages do not hold an answer. */
export const NOT_FOUND_ANSWER = 'The documents do not answer this question.';
