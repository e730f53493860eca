export * from './port.ts';
export { createReranker, RERANKER_NAMES, type RerankerName, rerankerSettingsSchema } from './registry.ts';
