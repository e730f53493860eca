/** A run of 30 combining marks, after which a joiner is inserted: UAX #15, Stream-Safe Text Format. */
const STREAM_SAFE_RUN = /(?:(?!\u034f)\p{M}){30}(?=(?!\u034f)\p{M})/gu;
const JOINER = '$&\u034f';
/** Distance between sampled positions: every run of more marks than this contains a sampled position. */
const STRIDE = 32;
const MARK = /[\p{M}\p{Cs}]/u;
const MARKS = /\p{M}{16}/u;

/**
 * `text.normalize(form)` in linear time. Normalisation sorts the combining marks of a run in time quadratic in its
 * length, so combining grapheme joiners are first inserted into runs longer than any script uses (Unicode UAX #15,
 * section 13).
 */
export function normaliseText(text: string, form: 'NFC' | 'NFKC'): string {
  return (hasLongMarks(text) ? text.replace(STREAM_SAFE_RUN, JOINER) : text).normalize(form);
}

/** Whether the text has a run of more than 60 marks. It samples positions, because it checks every text. */
function hasLongMarks(text: string): boolean {
  for (let at = STRIDE - 1; at < text.length; at += STRIDE) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x300 && MARK.test(text.charAt(at)) && MARKS.test(text.slice(at - STRIDE + 1, at + STRIDE)))
      return true;
  }
  return false;
}
