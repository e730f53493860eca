type Options = Readonly<Record<string, readonly unknown[]>>;

/**
 * Rows of option values that contain every pair of values of two options at least once: each row selects,
 * option by option, the value that covers most uncovered pairs. (Pairwise testing; greedy as in AETG, Cohen
 * et al. 1997.)
 */
export function coveringRows(options: Options): Readonly<Record<string, unknown>>[] {
  const names = Object.keys(options);
  const uncovered = new Set<string>();
  const pair = (a: number, i: number, b: number, j: number): string =>
    a < b ? `${a}.${i}|${b}.${j}` : `${b}.${j}|${a}.${i}`;
  const valuesOf = (option: number): number[] => options[names[option]!]!.map((_, index) => index);
  for (let a = 0; a < names.length; a++)
    for (let b = a + 1; b < names.length; b++)
      for (const i of valuesOf(a)) for (const j of valuesOf(b)) uncovered.add(pair(a, i, b, j));
  const rows: Record<string, unknown>[] = [];
  while (uncovered.size > 0) {
    const chosen = new Map<number, number>();
    const [first] = uncovered;
    for (const part of first!.split('|')) {
      const [option, value] = part.split('.').map(Number);
      chosen.set(option!, value!);
    }
    for (const option of names.keys()) {
      if (chosen.has(option)) continue;
      const gain = (value: number): number =>
        [...chosen].filter(([other, index]) => uncovered.has(pair(option, value, other, index))).length;
      chosen.set(
        option,
        valuesOf(option).reduce((best, value) => (gain(value) > gain(best) ? value : best)),
      );
    }
    for (const [a, i] of chosen) for (const [b, j] of chosen) if (a !== b) uncovered.delete(pair(a, i, b, j));
    rows.push(Object.fromEntries(names.map((name, option) => [name, options[name]![chosen.get(option)!]])));
  }
  return rows;
}
