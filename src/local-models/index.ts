export * from './open-model.ts';
export { type Encoded, type Tensor, WEIGHT_TYPES, type WeightType } from './transformers.ts';
