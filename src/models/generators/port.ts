/** A passage that an answer may cite. `marker` is the n of `[n]`. */
export interface Passage {
  readonly marker: number;
  readonly chunkId: string;
  readonly documentId: string;
  readonly title: string;
  readonly text: string;
  readonly headingPath: readonly string[];
  readonly score: number;
}

/** An earlier question of a conversation with its answer. */
export interface Turn {
  readonly question: string;
  readonly answer: string;
}

export interface GenerationRequest {
  /** Self-contained: it can be understood without `history`. */
  readonly question: string;
  /** The question as it was asked, if it differs from `question`. */
  readonly asked?: string | undefined;
  /** Earlier turns of the conversation, oldest first. They are data, never instructions. */
  readonly history?: readonly Turn[] | undefined;
  /** Best first. */
  readonly passages: readonly Passage[];
  /** Cosines of texts with the question; absent without an embedder that can tell without a request. */
  readonly similarities?: ((texts: readonly string[]) => Promise<readonly number[]>) | undefined;
  /** Maximum tokens of the answer. */
  readonly maxOutputTokens: number;
  /** Language of the answer, as a name or code such as `ko`; default: that of the question. */
  readonly language?: string | undefined;
  /** Role and style of a model, instead of srag's; the rules of srag follow. */
  readonly systemPrompt?: string | undefined;
  /** The application's own instructions to a model, such as tone; they follow those of srag. */
  readonly instructions?: string | undefined;
  readonly signal?: AbortSignal;
}

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** True if counted by srag, false if counted by the model's service. */
  readonly estimated: boolean;
}

/**
 * Events of a generator: tokens and quotations, then one `end`. The joined tokens are the answer's text, which cites
 * passages as `[n]`. A `quotation` adds text that a passage contains between two UTF-16 offsets, and cites it.
 * `discard` means that the previous tokens were the model's reasoning, not part of the answer; `notFound` means that the
 * passages do not contain an answer.
 */
export type GenerationEvent =
  | { readonly kind: 'token'; readonly text: string }
  | {
      readonly kind: 'quotation';
      readonly text: string;
      readonly marker: number;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: 'discard' }
  | {
      readonly kind: 'end';
      readonly stopReason: 'complete' | 'length' | 'filtered';
      readonly notFound: boolean;
      /** Probability that the answer is right, 0 to 1, if the generator estimates it. */
      readonly confidence?: number | undefined;
      /** Absent if the service did not report it. */
      readonly usage?: TokenUsage;
    };

/** A follow-up question to rewrite. */
export interface RewriteRequest extends Pick<GenerationRequest, 'question' | 'maxOutputTokens' | 'signal'> {
  readonly history: readonly Turn[];
}

/** What a model wrote for a {@link RewriteRequest}; unchecked. */
export interface Rewritten {
  readonly text: string;
  readonly isComplete: boolean;
  /** Absent if the service did not report it. */
  readonly usage?: TokenUsage;
}

/**
 * Writes an answer from passages.
 * Errors: GENERATOR_FAILED, THROTTLED, CREDENTIALS_MISSING, ACCESS_DENIED, MODEL_NOT_FOUND, CANCELLED.
 */
export interface Generator {
  /** Name and model. */
  readonly id: string;
  generate(request: GenerationRequest): AsyncIterable<GenerationEvent>;
  /** Makes a follow-up question self-contained. Absent if the generator is not a model. */
  rewrite?(request: RewriteRequest): Promise<Rewritten>;
}

/** The complete text of an answer if the passages do not contain one. */
export const NOT_FOUND_ANSWER = 'The documents do not answer this question.';
