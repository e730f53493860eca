import { citationMarks } from './citation-marks.ts';
import type { Refusals } from './refusals.ts';
import { CJK_REFUSALS } from './refusals-cjk.ts';
import { ENGLISH_REFUSALS } from './refusals-english.ts';
import { EUROPEAN_REFUSALS } from './refusals-european.ts';

const LANGUAGES: readonly Refusals[] = [ENGLISH_REFUSALS, ...CJK_REFUSALS, ...EUROPEAN_REFUSALS];

/** Longer answers contain more than a refusal. */
const MAX_CHARACTERS = 450;
/** Stands for a citation mark. */
const MARK = '\ufffc';
const MARKS_AFTER_STOP = new RegExp(`([.!?。！？]+)(\\s*${MARK}[\\s${MARK}]*)`, 'g');
const SENTENCE_END = /(?<=[.!?])\s+|(?<=[。！？])\s*|\n+/;

/**
 * Whether a model's whole answer says that the passages do not answer the question, in its own words and language.
 * Prefers precision: an answer with any sentence that is not a refusal, or does not accompany one, is an answer.
 */
export function isNotFoundAnswer(answer: string): boolean {
  if (answer.length > MAX_CHARACTERS) return false;
  const sentences = sentencesOf(answer);
  return LANGUAGES.some((language) => {
    if (!sentences.some((sentence) => language.hint.test(sentence))) return false;
    return refuses(sentences.map(language.abstract ?? String), language);
  });
}

function refuses(sentences: readonly string[], language: Refusals): boolean {
  let hasRefused = false;
  for (const sentence of sentences) {
    if (isRefusal(sentence, language)) hasRefused = true;
    else if (/[\d\ufffc]/.test(sentence) || !language.companion.test(sentence)) return false;
  }
  return hasRefused;
}

function isRefusal(sentence: string, { core, refusal, uncitedRefusal, contrast }: Refusals): boolean {
  const said = core(sentence.replace(/[\s\ufffc.!。！]+$/, ''));
  if (said.includes(MARK) || contrast.test(said)) return false;
  return refusal.test(said) || (!sentence.includes(MARK) && uncitedRefusal.test(said));
}

/** Sentences in lower case without quotes, emphasis and contractions. Citation marks stand before the full stop. */
function sentencesOf(answer: string): string[] {
  let text = '';
  let from = 0;
  for (const { start, end } of citationMarks(answer)) {
    text += answer.slice(from, start) + MARK;
    from = end;
  }
  return (text + answer.slice(from))
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[*`"“”„«»「」『』]/g, '')
    .replace(/[‘’´]/g, "'")
    .replace(/\b(do|does|did|could|was|were|is|are|has|have)n't\b/g, '$1 not')
    .replace(/\b(there|it)'s\b/g, '$1 is')
    .replace(/\bi'm\b/g, 'i am')
    .replace(/\bcan(?:'t| not)\b/g, 'cannot')
    .replace(MARKS_AFTER_STOP, '$2$1 ')
    .split(SENTENCE_END)
    .map((sentence) => sentence.replace(/^[\s>#'_(-]+|[\s'_)]+$/g, '').replace(/\s+/g, ' '))
    .filter((sentence) => sentence !== '');
}
