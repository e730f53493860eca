import type { Hit } from '../../core/index.ts';
import type { TokenUsage } from '../../models/generators/index.ts';

/** A checked reference from the answer to a passage. */
export interface Citation {
  /** The n of `[n]`. */
  readonly marker: number;
  readonly chunkId: string;
  readonly documentId: string;
  readonly title: string;
  /** UTF-16 offsets of the quote in the document's extracted text. */
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}

export interface Answer {
  readonly answer: string;
  readonly citations: readonly Citation[];
  /** Markers in the answer that pointed to no passage; they were taken out. */
  readonly droppedCitations: number;
  /** The passages do not hold an answer. */
  readonly notFound: boolean;
  readonly stopReason: 'complete' | 'length' | 'filtered';
  readonly usage: TokenUsage;
  readonly generateMs: number;
  readonly firstTokenMs?: number;
}

export interface AnswerOptions {
  /** Most estimated tokens of passages that the generator sees. */
  readonly maxContextTokens: number;
  readonly maxOutputTokens: number;
  /** Keep only the sentences of each passage that have to do with the question. */
  readonly compress: boolean;
  /** The application's own instructions to a model, such as tone or language. */
  readonly instructions?: string | undefined;
  readonly signal?: AbortSignal;
  /** Told every piece of the answer as it is made; the next is not asked for before its promise is kept. */
  readonly onToken?: (text: string) => void | Promise<void>;
  /**
   * Given the answer piece by piece as it is checked: joined, the pieces are `answer`, and only checked marks stand in
   * them. A model that ends its thinking without having begun it has thought aloud: `answer` leaves those pieces out.
   */
  readonly onChecked?: (text: string) => void | Promise<void>;
}

export const DEFAULT_ANSWER_OPTIONS: AnswerOptions = {
  maxContextTokens: 6_000,
  maxOutputTokens: 800,
  compress: false,
};

/** A question with what was found for it. */
export interface AnswerRequest {
  readonly question: string;
  readonly hits: readonly Hit[];
}
