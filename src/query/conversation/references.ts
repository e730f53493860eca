/** English words that point to something mentioned before. */
const ENGLISH_REFERENCE =
  /\b(?:it|its|itself|they|them|their|theirs|this|that|these|those|he|him|his|she|her|hers|there|one|ones|same|such|other|others|another|else|instead|both|either|neither|former|latter|above)\b/iu;
/** English beginnings of a question that continues the one before. */
const ENGLISH_CONTINUATION =
  /^\W*(?:and|but|or|so|then|also|what about|how about|why|why not|which ones?)\b/iu;
/** Korean words that point to something mentioned before, and beginnings that continue. */
const KOREAN_REFERENCE =
  /(?:^|\s)(?:그|이|저|위|앞)\s+\p{Script=Hangul}|(?:^|\s)(?:그[건게것거]|이[건게것거]|저[건게것거]|그런|이런|그럼|그러면|그렇[다지]|그리고|그런데|그때|거기|여기|그들|그녀|아까|방금|둘|같은|다른|나머지)|^\s*(?:왜|어떻게|언제|어디서|누가|얼마나)(?:\s|요|\?|$)/u;

/** Whether a question refers to earlier turns by a pronoun, a comparison or a connecting beginning. */
export const hasReference = (question: string): boolean =>
  ENGLISH_REFERENCE.test(question) || ENGLISH_CONTINUATION.test(question) || KOREAN_REFERENCE.test(question);
