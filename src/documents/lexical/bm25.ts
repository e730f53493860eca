/** Saturation of repeated terms (k1). All published measurements use this value. */
export const BM25_K1 = 1.2;
/** Strength of length normalisation (b). */
export const BM25_B = 0.75;

/** Inverse document frequency of BM25: ln(1 + (N - df + .5) / (df + .5)), never negative. */
export const inverseDocumentFrequency = (documents: number, documentFrequency: number): number =>
  Math.log(1 + (Math.max(0, documents - documentFrequency) + 0.5) / (documentFrequency + 0.5));

/** The BM25 weight of a term with `frequency` occurrences in a document of `length` terms (mean: `averageLength`). */
export function bm25Weight(idf: number, frequency: number, length: number, averageLength: number): number {
  if (frequency === 0) return 0;
  const norm = averageLength > 0 ? length / averageLength : 1;
  return (idf * frequency * (BM25_K1 + 1)) / (frequency + BM25_K1 * (1 - BM25_B + BM25_B * norm));
}
