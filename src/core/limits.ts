/** Limits of every request, regardless of its entry point; the OpenAPI document states them. */

/** Maximum length of a question, in UTF-16 units. */
export const MAX_QUESTION_LENGTH = 10_000;
/** Maximum number of hits per search. */
export const MAX_TOP_K = 1_000;
/** Maximum bytes of a request's first line and headers together; API Gateway accepts 10,240. */
export const MAX_HEADER_BYTES = 16 * 1_024;

/** Limits of a filter. Each part may be evaluated over all rows of a corpus. */
export const FILTER_LIMITS = {
  /** Maximum nesting levels of `and`, `or` and `not`. */
  depth: 16,
  /** Maximum total number of conditions, `and`, `or` and `not`. */
  parts: 200,
  /** Maximum number of values per `in`. */
  valuesPerList: 1_000,
  /** Maximum total number of values in all conditions. */
  values: 2_000,
  /** Maximum length of a string value, in UTF-16 units. */
  textLength: 2_000,
} as const;
