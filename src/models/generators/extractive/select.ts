import { CHARACTER_PENALTY, MIN_SHARE_OF_BEST } from './weights.ts';

/** A sentence that may be part of the answer. */
export interface Option {
  readonly text: string;
  readonly termSet: ReadonlySet<string>;
  /** Probability that it answers the question, 0 to 1. */
  readonly chance: number;
  readonly rank: number;
  readonly position: number;
}

/** Number of best options that are combined. A higher number only takes longer. */
const CONSIDERED = 14;
/** Two sentences with a larger share of common terms are duplicates. */
const SAME = 0.6;

/**
 * Selects the one to three sentences with the highest total probability, minus a penalty for length, within
 * `maxCharacters`; a single sentence may be longer. Tries every combination of the best options.
 */
export function selectSentences(options: readonly Option[], maxCharacters: number): Option[] {
  const best: Option[] = [];
  for (const option of options.toSorted((left, right) => right.chance - left.chance)) {
    if (best.length === CONSIDERED || option.chance < MIN_SHARE_OF_BEST * (best[0]?.chance ?? 0)) break;
    if (!best.some((other) => isDuplicate(option, other))) best.push(option);
  }
  let chosen: readonly Option[] = best.slice(0, 1);
  let value = chosen.length === 0 ? 0 : worth(chosen[0]!);
  const consider = (combination: readonly Option[]) => {
    const length = combination.reduce((sum, option) => sum + option.text.length, 0);
    const total = combination.reduce((sum, option) => sum + worth(option), 0);
    if (length > maxCharacters || total <= value) return;
    chosen = combination;
    value = total;
  };
  best.forEach((first, one) => {
    consider([first]);
    for (let two = one + 1; two < best.length; two++) {
      consider([first, best[two]!]);
      for (let three = two + 1; three < best.length; three++) consider([first, best[two]!, best[three]!]);
    }
  });
  return inReadingOrder(chosen);
}

const worth = (option: Option): number => option.chance - CHARACTER_PENALTY * option.text.length;

/** Orders by passage, the one with the best sentence first; within a passage in the original order. */
function inReadingOrder(chosen: readonly Option[]): Option[] {
  const bestOfPassage = new Map<number, number>();
  for (const { rank, chance } of chosen)
    bestOfPassage.set(rank, Math.max(chance, bestOfPassage.get(rank) ?? 0));
  return chosen.toSorted(
    (left, right) =>
      bestOfPassage.get(right.rank)! - bestOfPassage.get(left.rank)! ||
      left.rank - right.rank ||
      left.position - right.position,
  );
}

function isDuplicate(left: Option, right: Option): boolean {
  let common = 0;
  for (const term of left.termSet) if (right.termSet.has(term)) common += 1;
  return common > SAME * Math.max(1, left.termSet.size + right.termSet.size - common);
}
