const DIGIT_BITS = 16;
const DIGITS = 2 ** DIGIT_BITS;

/**
 * Sorts `rows` in ascending order of their 64-bit keys; stable. `highs` and `lows` contain the halves of the
 * keys by row. Four counting passes are many times faster than a comparison sort.
 */
export function radixOrder(rows: Uint32Array, highs: Uint32Array, lows: Uint32Array): Uint32Array {
  let [from, to] = [rows.slice(), new Uint32Array(rows.length)];
  const places = new Uint32Array(DIGITS);
  for (const [words, shift] of [
    [lows, 0],
    [lows, DIGIT_BITS],
    [highs, 0],
    [highs, DIGIT_BITS],
  ] as const) {
    places.fill(0);
    for (const row of from) places[(words[row]! >>> shift) & (DIGITS - 1)]! += 1;
    let sum = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const count = places[digit]!;
      places[digit] = sum;
      sum += count;
    }
    for (const row of from) to[places[(words[row]! >>> shift) & (DIGITS - 1)]!++] = row;
    [from, to] = [to, from];
  }
  return from;
}

/** Sorts by `compare`, in place, each run of rows whose 64-bit keys are equal. */
export function sortRuns(
  ordered: Uint32Array,
  highs: Uint32Array,
  lows: Uint32Array,
  compare: (left: number, right: number) => number,
): void {
  for (let start = 0; start < ordered.length; ) {
    const first = ordered[start]!;
    let end = start + 1;
    while (
      end < ordered.length &&
      highs[ordered[end]!] === highs[first] &&
      lows[ordered[end]!] === lows[first]
    )
      end += 1;
    if (end - start > 1) ordered.subarray(start, end).sort(compare);
    start = end;
  }
}
