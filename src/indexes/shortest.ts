/** The number that is written with the fewest digits and rounds to the same single-precision value. */
export const shortest = (value: number): number => Number(value.toPrecision(9));
