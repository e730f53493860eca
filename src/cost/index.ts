export { embeddingCost } from './embedding.ts';
