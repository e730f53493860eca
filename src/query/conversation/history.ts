import { MAX_QUESTION_LENGTH, normaliseText, SragError, withoutUnprintable } from '../../core/index.ts';
import type { Turn } from '../../models/generators/index.ts';

/** Limits of a request's history. Beyond them, a request is refused. */
export const HISTORY_LIMITS = {
  turns: 200,
  questionCharacters: MAX_QUESTION_LENGTH,
  answerCharacters: 100_000,
} as const;
/** What is used of a history: more adds cost and latency, but hardly any topic. */
const USED = { turns: 8, questionCharacters: 1_000, answerCharacters: 2_000 } as const;
const CITATION_MARK = /\[\d{1,3}\]/g;

/**
 * The part of a history that is used: the last 8 turns, of each at most 1,000 characters of the question and 2,000 of
 * the answer, without citation marks, whose numbers belong to other passages.
 * @throws INVALID_ARGUMENT for a history beyond {@link HISTORY_LIMITS}
 */
export function usedHistory(history: readonly Turn[] = []): readonly Turn[] {
  if (history.length > HISTORY_LIMITS.turns)
    throw tooLong('history', `${history.length} turns`, `${HISTORY_LIMITS.turns} turns`);
  const turns = history.map(({ question, answer }, index) => {
    checkLength(`history.${index}.question`, question, HISTORY_LIMITS.questionCharacters);
    checkLength(`history.${index}.answer`, answer, HISTORY_LIMITS.answerCharacters);
    return {
      question: beginning(question, USED.questionCharacters),
      answer: beginning(answer.replace(CITATION_MARK, ''), USED.answerCharacters),
    };
  });
  return turns.filter(({ question, answer }) => question !== '' || answer !== '').slice(-USED.turns);
}

function checkLength(field: string, text: string, most: number): void {
  if (text.length > most) throw tooLong(field, `${text.length} characters`, `${most} characters`);
}

/** The beginning of a text, without splitting a surrogate pair and without trailing white space. */
function beginning(text: string, length: number): string {
  const clean = normaliseText(withoutUnprintable(text.slice(0, length * 2)), 'NFC').trim();
  return clean.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

const tooLong = (field: string, size: string, most: string): SragError =>
  new SragError('INVALID_ARGUMENT', `${field} has ${size}; at most ${most} are accepted.`, {
    remedy: `Send the last turns of the conversation; only the last ${USED.turns} are used.`,
    fields: { field },
  });
