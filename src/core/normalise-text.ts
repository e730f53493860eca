/** Combining marks in a row before one has to join them: UAX #15, Stream-Safe Text Format. */
const STREAM_SAFE_RUN = /(?:(?!\u034f)\p{M}){30}(?=(?!\u034f)\p{M})/gu;
const JOINER = '$&\u034f';
/** Any run of marks of twice this length holds a place that is looked at. */
const STRIDE = 32;
const MARK = /[\p{M}\p{Cs}]/u;
const MARKS = /\p{M}{16}/u;

/**
 * `text.normalize(form)` in linear time. Normalisation orders the combining marks of a run by moving each past the
 * others, which takes the square of the run's length; where runs are longer than any script writes, combining
 * grapheme joiners are put into them first (Unicode UAX #15, section 13).
 */
export function normaliseText(text: string, form: 'NFC' | 'NFKC'): string {
  return (hasLongMarks(text) ? text.replace(STREAM_SAFE_RUN, JOINER) : text).normalize(form);
}

/** Whether more than 60 marks stand in a row anywhere. Looks at few places, since this is asked of every text. */
function hasLongMarks(text: string): boolean {
  for (let at = STRIDE - 1; at < text.length; at += STRIDE) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x300 && MARK.test(text.charAt(at)) && MARKS.test(text.slice(at - STRIDE + 1, at + STRIDE)))
      return true;
  }
  return false;
}
