export { type CatalogueEngineOptions, catalogueEngine } from './catalogue-engine.ts';
export type { Engine } from './engine.ts';
export * from './parts.ts';
export * from './port.ts';
export { RagService } from './rag-service.ts';
