/** How models refuse in a language. Patterns see one sentence in lower case, from its first letter to its last. */
export interface Refusals {
  /** Words or letters that every refusal contains; saves compiling the other patterns. */
  readonly hint: RegExp;
  /** The sentence with other words for the passages, as the other patterns expect them. */
  readonly abstract?: (sentence: string) => string;
  /** The sentence without what frames its refusal: apologies, and what the passages are about instead. */
  readonly core: (sentence: string) => string;
  /** Sentences that refuse, whether they cite a passage or not. */
  readonly refusal: RegExp;
  /** Sentences that refuse only if they cite nothing, since a cited one may be a statement of a document. */
  readonly uncitedRefusal: RegExp;
  /** Sentences that may accompany a refusal: apologies, advice, what the passages are about instead. */
  readonly companion: RegExp;
  /** Words that add a statement to a refusal, anywhere in the sentence. */
  readonly contrast: RegExp;
}

/** The source of a pattern that matches one of several. */
export const oneOf = (...patterns: readonly string[]): string => `(?:${patterns.join('|')})`;

/** A pattern that matches a sentence that begins with one of several. */
export const startsWith = (...patterns: readonly string[]): RegExp => new RegExp(`^${oneOf(...patterns)}`);
