export { type BuildRequest, IndexCatalogue } from './catalogue.ts';
export type { PublishedPointer } from './pointer.ts';
export * from './port.ts';
export { INDEX_KINDS, indexBackend } from './registry.ts';
export { staleRows } from './stale-rows.ts';
export { checkValidation, DEFAULT_VALIDATION, type ValidationOptions, validateIndex } from './validate.ts';
