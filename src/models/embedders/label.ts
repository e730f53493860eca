/** Embedders whose vectors do not mean likeness. */
const NOT_SEMANTIC: readonly string[] = ['hashing'];

/** False for an embedder whose vectors do not mean likeness: results by them say nothing about real models. */
export const isSemantic = (embedderId: string): boolean =>
  !NOT_SEMANTIC.includes(embedderId.split(':', 1)[0] ?? '');

/** An embedder's id as people see it, with a warning where its vectors do not mean likeness. */
export const embedderLabel = (embedderId: string): string =>
  isSemantic(embedderId) ? embedderId : `${embedderId} (not semantic)`;
