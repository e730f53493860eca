/** A B in even rounds, B A in odd ones, so that neither always follows what the other warmed or disturbed. */
export const inTurn = <T>(items: readonly T[], round: number): readonly T[] =>
  round % 2 === 0 ? items : items.toReversed();
