export * from './port.ts';
export { ingest } from './run.ts';
export { openDocumentVectors } from './vectors-of.ts';
