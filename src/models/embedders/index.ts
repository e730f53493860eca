export { type EmbedderChoice, embedderOf, matchingEmbedder } from './embedder-of.ts';
export { embedderLabel, isSemantic } from './label.ts';
export * from './port.ts';
export { openNpy, readNpy } from './precomputed/npy.ts';
export {
  openVectorFolder,
  type VectorFolder,
} from './precomputed/vector-folder.ts';
export {
  checkEmbedderName,
  createEmbedder,
  EMBEDDER_NAMES,
  embedderSettingsSchema,
} from './registry.ts';
