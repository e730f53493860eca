import { analyse } from '../../documents/lexical/index.ts';
import { pathEnds } from '../evaluation/match-judgements.ts';
import type { Question } from '../evaluation/questions.ts';

/** How many of the questions the corpus can answer. */
export interface Suitability {
  readonly questions: number;
  readonly answerable: number;
  readonly share: number;
  /** Number of questions decided by judgements; the others are decided by shared terms. */
  readonly byJudgement: number;
  /** Ids of the questions that the corpus does not answer. */
  readonly unanswerable: readonly string[];
  /** Warning, set if the share is so low that the figures say little about this corpus. */
  readonly warning: string | undefined;
}

/** Below this share, the questions are considered unrelated to the corpus. */
const LOW_SHARE = 0.8;
/**
 * A question counts as answerable if one of the first passages contains at least this share of its terms.
 * Measured on questions with known answers: docs/decisions/2026-11-29-suitability-by-terms.md.
 */
const MIN_TERM_SHARE = 1 / 3;

/**
 * Decides for each question whether the corpus can answer it. A question with judgements is answerable if it
 * is not marked as unanswerable and the corpus contains a relevant document. A question without judgements
 * is answerable if one of the found passages contains enough of its terms.
 * @param passagesOf texts of the first passages that exact search, or the first variant, found for a question
 */
export function suitabilityOf(
  questions: readonly Question[],
  isKnown: (documentId: string) => boolean,
  passagesOf: (index: number) => readonly string[],
): Suitability {
  const isJudged = ({ relevant, answerable }: Question): boolean =>
    relevant !== undefined || answerable !== undefined;
  const unanswerable = questions.flatMap((question, index) => {
    const { id, text, relevant, answerable } = question;
    const isAnswered = isJudged(question)
      ? answerable !== false &&
        (relevant === undefined || [...relevant].some(([name, grade]) => grade > 0 && isKnown(name)))
      : sharedTerms(text, passagesOf(index)) >= MIN_TERM_SHARE;
    return isAnswered ? [] : [id];
  });
  const answerable = questions.length - unanswerable.length;
  const share = answerable / questions.length;
  return {
    questions: questions.length,
    answerable,
    share,
    byJudgement: questions.filter(isJudged).length,
    unanswerable,
    warning:
      share >= LOW_SHARE
        ? undefined
        : `The corpus answers only ${answerable} of ${questions.length} questions: the figures say little about this corpus. Check that the questions are about this collection; --collection chooses another.`,
  };
}

/** The largest share of the question's terms that a single passage contains. */
function sharedTerms(question: string, passages: readonly string[]): number {
  const terms = new Set(analyse(question));
  const shares = passages.map((passage) => {
    const passageTerms = new Set(analyse(passage));
    return [...terms].filter((term) => passageTerms.has(term)).length / terms.size;
  });
  return terms.size === 0 ? 0 : Math.max(0, ...shares);
}

/** The names by which judgements may refer to a document: its id, or any suffix of its path. */
export const documentNames = (ids: Iterable<string>): ReadonlySet<string> =>
  new Set([...ids].flatMap((id) => [id, ...pathEnds(id)]));

/** How many of the questions the corpus can answer, and by what this was decided. */
export function suitabilityText({ questions, answerable, share, byJudgement }: Suitability): string {
  const byTerms = questions - byJudgement;
  const decided =
    byTerms === 0
      ? 'all decided by judgements'
      : `${byJudgement} decided by judgements, ${byTerms} by shared terms`;
  return `${answerable} of ${questions} (${(100 * share).toFixed(0)} %; ${decided})`;
}

/** A note about relevant documents that the corpus does not contain; undefined if it contains all. */
export function missingDocumentsNote(
  questions: readonly Question[],
  isKnown: (documentId: string) => boolean,
): string | undefined {
  const missing = new Set(
    questions.flatMap(({ relevant = new Map() }) =>
      [...relevant].flatMap(([name, grade]) => (grade > 0 && !isKnown(name) ? [name] : [])),
    ),
  );
  const [first] = missing;
  if (first === undefined) return undefined;
  const count = missing.size === 1 ? '1 relevant document is' : `${missing.size} relevant documents are`;
  return `${count} not in the collection, for example '${first}'.`;
}
