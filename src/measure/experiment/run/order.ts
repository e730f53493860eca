/** A B in even rounds, B A in odd ones: neither always runs on what the other has warmed or disturbed. */
export const inTurn = <T>(items: readonly T[], round: number): readonly T[] =>
  round % 2 === 0 ? items : items.toReversed();
