/** Variants in the order A B in even rounds and B A in odd ones, so that none always follows the other. */
export const inTurn = <T>(items: readonly T[], round: number): readonly T[] =>
  round % 2 === 0 ? items : items.toReversed();
