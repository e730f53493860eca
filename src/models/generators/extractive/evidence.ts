import { isTurnOver, nextTurn } from '../../../core/index.ts';
import { inverseDocumentFrequency } from '../../../documents/lexical/index.ts';
import type { Passage } from '../port.ts';
import { analyseText, creditOf, WORD_MATCH } from './match.ts';
import { emphasisOf, type Question } from './question/question.ts';
import { type PassageEvidence, type ReadPassage, type ReadUnit, UnitFeatures } from './unit-features.ts';
import { unitsOf } from './units/units.ts';

/** What the passages say about a question. */
export interface Evidence {
  readonly question: Question;
  /** Weights of the question's words, with a sum of 1. */
  readonly weights: readonly number[];
  readonly passages: readonly PassageEvidence[];
}

/** Compares every unit of the passages with a question. */
export async function gatherEvidence(question: Question, passages: readonly Passage[]): Promise<Evidence> {
  const { words } = question;
  const read: ReadPassage[] = [];
  for (const [rank, passage] of passages.entries()) {
    const units: ReadUnit[] = [];
    for (const unit of unitsOf(passage.text)) {
      if (isTurnOver()) await nextTurn();
      const text = analyseText(unit.text);
      units.push({ unit, text, credits: words.map((word) => creditOf(word, text)) });
    }
    read.push({ passage, rank, units });
  }
  const weights = weightsOf(question, read);
  const topScore = Math.max(Number.MIN_VALUE, ...passages.map(({ score }) => score));
  const found: PassageEvidence[] = [];
  for (const each of read) {
    if (isTurnOver()) await nextTurn();
    found.push(new UnitFeatures(question, weights, topScore).read(each));
  }
  return { question, weights, passages: found };
}

/** Rarer words weigh more. Rarity is relative to the units of the passages. */
function weightsOf({ words }: Question, passages: readonly ReadPassage[]): number[] {
  const units = passages.flatMap((passage) => passage.units);
  const weights = words.map((word, index) => {
    const holding = units.filter(({ credits }) => credits[index]! >= WORD_MATCH).length;
    return emphasisOf(word) * inverseDocumentFrequency(units.length, holding);
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (total === 0 ? 0 : weight / total));
}
