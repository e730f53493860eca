/** Reverses the variants in odd rounds, so that none always follows the same other one. */
export const inTurn = <T>(items: readonly T[], round: number): readonly T[] =>
  round % 2 === 0 ? items : items.toReversed();
