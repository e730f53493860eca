/** The `most` allowed rows with the highest positive scores, best first; the lower row wins ties. */
export function bestRows(
  scores: Float64Array,
  most: number,
  allowed: Uint32Array | undefined,
): { row: number; score: number }[] {
  if (most === 0) return [];
  // A binary heap of rows with the worst one on top.
  const heap: number[] = [];
  const isWorse = (left: number, right: number): boolean =>
    scores[left]! < scores[right]! || (scores[left] === scores[right] && left > right);
  const sift = (from: number): void => {
    let at = from;
    for (;;) {
      let worst = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && isWorse(heap[child]!, heap[worst]!)) worst = child;
      if (worst === at) return;
      [heap[at], heap[worst]] = [heap[worst]!, heap[at]!];
      at = worst;
    }
  };
  for (let row = 0; row < scores.length; row++) {
    if (!(scores[row]! > 0)) continue;
    if (allowed !== undefined && ((allowed[row >>> 5]! >>> (row & 31)) & 1) === 0) continue;
    if (heap.length < most) {
      heap.push(row);
      if (heap.length === most) for (let at = most >> 1; at >= 0; at--) sift(at);
    } else if (isWorse(heap[0]!, row)) {
      heap[0] = row;
      sift(0);
    }
  }
  return heap
    .map((row) => ({ row, score: scores[row]! }))
    .sort((left, right) => right.score - left.score || left.row - right.row);
}
