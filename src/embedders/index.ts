export * from './port.ts';
export { type NpyFile, openNpy, readNpy } from './precomputed/npy.ts';
export {
  type GroundTruth,
  openVectorFolder,
  type QueryVectors,
  type VectorFolder,
} from './precomputed/vector-folder.ts';
export {
  createEmbedder,
  EMBEDDER_NAMES,
  type EmbedderName,
  embedderSettingsSchema,
} from './registry.ts';
