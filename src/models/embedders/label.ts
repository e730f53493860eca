/** Embedders whose vectors do not represent meaning. */
const NOT_SEMANTIC: readonly string[] = ['hashing'];

/** False if the vectors do not represent meaning, so that results say nothing about real models. */
export const isSemantic = (embedderId: string): boolean =>
  !NOT_SEMANTIC.includes(embedderId.split(':', 1)[0] ?? '');

/** An embedder's id for display, with a warning if it is not semantic. */
export const embedderLabel = (embedderId: string): string =>
  isSemantic(embedderId) ? embedderId : `${embedderId} (not semantic)`;
