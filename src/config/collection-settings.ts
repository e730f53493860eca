import { resolve } from 'node:path';
import type { ChunkerSettings, CollectionSettings, Metric } from '../core/index.ts';
import type { EmbedderSettings } from '../corpus/index.ts';
import type { DocumentVectors } from '../corpus/ingest/index.ts';
import { CHUNKER_VERSION } from '../documents/chunking/index.ts';
import type { Embedder } from '../models/embedders/index.ts';
import { checkChunker, type Workspace } from './compose.ts';

/** With precomputed vectors, every document is one chunk, however long it is. */
const WHOLE_DOCUMENTS: ChunkerSettings = {
  version: CHUNKER_VERSION,
  maxTokens: 100_000_000,
  overlapTokens: 0,
};

/** The configured embedder; for an existing collection, the one it was created with. @throws EMBEDDER_MISMATCH */
export function embedderFor(
  workspace: Workspace,
  existing: CollectionSettings | undefined,
): Promise<Embedder | undefined> {
  const isEmbedded = existing !== undefined && !existing.embedder.startsWith('precomputed:');
  return isEmbedded ? workspace.embedder(existing) : workspace.newEmbedder();
}

/** Makes paths absolute, since later commands may run in another folder. */
export const withAbsolutePaths = ({ modelPath, ...settings }: EmbedderSettings): EmbedderSettings =>
  typeof modelPath === 'string' ? { ...settings, modelPath: resolve(modelPath) } : settings;

/** The configured metric; if none is set, that of an existing collection. */
export const metricFor = ({ config, loaded }: Workspace, existing: CollectionSettings | undefined): Metric =>
  existing !== undefined && !('metric' in loaded.origins) ? existing.metric : config.metric;

/** The configured chunker; if none is set, that of an existing collection. @throws INVALID_CONFIG */
export function chunkerFor(
  { config, loaded }: Workspace,
  existing: CollectionSettings | undefined,
  vectors: DocumentVectors | undefined,
): ChunkerSettings {
  checkChunker(config.chunker);
  if (vectors !== undefined) return WHOLE_DOCUMENTS;
  if (existing !== undefined && !isSet(loaded, 'chunker')) return existing.chunker;
  return { version: CHUNKER_VERSION, ...config.chunker };
}

const isSet = ({ origins }: Workspace['loaded'], key: string): boolean =>
  Object.keys(origins).some((name) => name === key || name.startsWith(`${key}.`));

export function settingsFor(
  workspace: Workspace,
  existing: CollectionSettings | undefined,
  embedder: Embedder | undefined,
  vectors: DocumentVectors | undefined,
): CollectionSettings {
  const { config, loaded } = workspace;
  return {
    formatVersion: 1,
    name: config.collection,
    embedder: vectors === undefined ? (embedder?.id ?? 'none') : `precomputed:${vectors.dimensions}`,
    dimensions: vectors?.dimensions ?? embedder?.dimensions ?? 0,
    metric: metricFor(workspace, existing),
    chunker: chunkerFor(workspace, existing, vectors),
    fields: existing !== undefined && !isSet(loaded, 'fields') ? existing.fields : config.fields,
  };
}
