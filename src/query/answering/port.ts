import type { Hit } from '../../core/index.ts';
import type { GenerationRequest, TokenUsage } from '../../models/generators/index.ts';

/** A verified reference from the answer to a passage. */
export interface Citation {
  /** The n of `[n]`. */
  readonly marker: number;
  readonly chunkId: string;
  readonly documentId: string;
  readonly title: string;
  /** Headings above the passage. */
  readonly headingPath: readonly string[];
  /** UTF-16 offsets of the quote in the document's extracted text. */
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}

export interface Answer {
  readonly answer: string;
  readonly citations: readonly Citation[];
  /** Number of citation marks removed from the answer because no passage supported them. */
  readonly droppedCitations: number;
  /** True if the passages contain no answer. `answer` then says so in the generator's words, without citations. */
  readonly notFound: boolean;
  /**
   * Estimated probability, 0 to 1, that the documents answer the question and the answer is right. For generators that
   * estimate none: the share of the answer's citation marks that passed the check.
   */
  readonly confidence: number;
  readonly stopReason: 'complete' | 'length' | 'filtered';
  readonly usage: TokenUsage;
  readonly generateMs: number;
  readonly firstTokenMs?: number;
}

export interface AnswerOptions {
  /** Maximum estimated tokens of passages sent to the generator. */
  readonly maxContextTokens: number;
  readonly maxOutputTokens: number;
  /** Whether to keep only the sentences of each passage that are related to the question. */
  readonly compress: boolean;
  /** Language of a model's answer; default: that of the question. */
  readonly language?: string | undefined;
  /** Role and style of a model, instead of srag's. */
  readonly systemPrompt?: string | undefined;
  /** The application's own instructions to a model, such as tone. */
  readonly instructions?: string | undefined;
  readonly signal?: AbortSignal;
  /** Called with every piece of the answer as it is generated; its promise is awaited before the next piece. */
  readonly onToken?: (text: string) => void | Promise<void>;
  /**
   * Called with the checked answer piece by piece: joined, the pieces are `answer`, with verified marks only. If a
   * model ends its thinking without having started it, its earlier output was thinking, and `answer` omits it. A
   * not-found answer has no marks.
   */
  readonly onChecked?: (text: string) => void | Promise<void>;
}

export const DEFAULT_ANSWER_OPTIONS: AnswerOptions = {
  maxContextTokens: 6_000,
  maxOutputTokens: 800,
  compress: false,
};

/** A self-contained question with its hits, and the conversation that it is from. */
export interface AnswerRequest
  extends Pick<GenerationRequest, 'question' | 'asked' | 'history' | 'similarities'> {
  readonly hits: readonly Hit[];
}
