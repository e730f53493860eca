export { throughCache } from './cached-answer.ts';
export { type CatalogueEngineOptions, catalogueEngine } from './catalogue-engine.ts';
export type { Engine } from './engine.ts';
export * from './parts.ts';
export * from './port.ts';
export { RagService } from './rag-service.ts';
export { recordRefusal } from './refusal.ts';
export { RequestMeter } from './request-meter.ts';
export { type SnapshotEngineOptions, snapshotEngine } from './snapshot-engine.ts';
