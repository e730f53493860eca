export * from './port.ts';
export { createReranker, RERANKER_NAMES, rerankerSettingsSchema } from './registry.ts';
