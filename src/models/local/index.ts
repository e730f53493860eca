export * from './open-model.ts';
export { type Tensor, WEIGHT_TYPES } from './transformers.ts';
