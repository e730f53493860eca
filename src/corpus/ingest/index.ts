export { TextEmbedder } from './embed-texts.ts';
export type { FieldMismatch } from './field-mismatches.ts';
export * from './port.ts';
export { FileReader } from './reader/file-reader.ts';
export { ingest } from './run.ts';
export { openDocumentVectors } from './vectors-of.ts';
