/** What `import ... from 'srag'` gives: everything a program needs to ingest, index, search, answer and measure. */
import { type ConfigInput, flatten, loadConfig, processEnvironment, Workspace } from './config/index.ts';

/**
 * Opens the location that the configuration names, as the command line does: `settings` over environment variables
 * over the configuration file of the project around `cwd` over defaults. Close the workspace when done.
 * @throws UNKNOWN_CONFIG_KEY, INVALID_CONFIG, and those of the storage.
 */
export async function openWorkspace(
  settings: ConfigInput = {},
  cwd: string = process.cwd(),
): Promise<Workspace> {
  const environment = processEnvironment();
  const loaded = await loadConfig({ cwd, environment, options: Object.fromEntries(flatten(settings)) });
  return Workspace.open(loaded, environment, cwd);
}

export { escapeHtml, htmlLink, isSafeUrl, neutraliseMarkdown } from './cli/markup/index.ts';
export {
  type Config,
  type ConfigInput,
  configJsonSchema,
  defineConfig,
  type IngestIntoOptions,
  ingestInto,
  type LoadedConfig,
  loadConfig,
  Workspace,
} from './config/index.ts';
export * from './core/index.ts';
export type { CorpusStats, CorpusStore, DocumentRecord, ScanOptions, StoredChunk } from './corpus/index.ts';
export type { IngestProgress, IngestReport } from './corpus/ingest/index.ts';
export { EXTENSIONS, type LoadFailure } from './documents/loaders/index.ts';
export {
  type BuildRequest,
  INDEX_KINDS,
  type IndexBackend,
  type IndexCatalogue,
  type IndexManifest,
  type IndexParameters,
  type PublishedPointer,
  type Searcher,
  type ValidationOptions,
  validateIndex,
} from './indexes/index.ts';
export {
  compareRuns,
  computeMetrics,
  defineExperiment,
  type Experiment,
  type ExperimentInput,
  evaluateQueries,
  readDataset,
  type SyntheticCollection,
  type SyntheticDataset,
  type SyntheticOptions,
  syntheticCollection,
  writeSyntheticDataset,
} from './measure/index.ts';
export {
  EMBEDDER_NAMES,
  type Embedder,
  type Embeddings,
  type EmbedOptions,
} from './models/embedders/index.ts';
export {
  GENERATOR_NAMES,
  type GenerationEvent,
  type GenerationRequest,
  type Generator,
  type Passage,
  type TokenUsage,
} from './models/generators/index.ts';
export { RERANKER_NAMES, type Reranker } from './models/rerankers/index.ts';
export * from './query/answering/index.ts';
export * from './query/retrieval/index.ts';
export { VERSION } from './version.ts';
