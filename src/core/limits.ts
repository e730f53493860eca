/** Limits of every request, by whichever way it comes; the OpenAPI document states them. */

/** Longest question, in UTF-16 units: longer ones are documents, not questions. */
export const MAX_QUESTION_LENGTH = 10_000;
/** Most hits of a search. */
export const MAX_TOP_K = 1_000;
/** Bytes of a request's first line and headers together; API Gateway takes 10,240 of them. */
export const MAX_HEADER_BYTES = 16 * 1_024;

/** Limits of a filter. Each part is evaluated over all rows of a corpus. */
export const FILTER_LIMITS = {
  /** Levels of `and`, `or` and `not` around a condition. */
  depth: 16,
  /** Conditions and the `and`, `or` and `not` around them, all together. */
  parts: 200,
  /** Values of an `in`. */
  valuesPerList: 1_000,
  /** Values of all conditions together. */
  values: 2_000,
  /** UTF-16 units of a text value. */
  textLength: 2_000,
} as const;
