/**
 * The public interface of the package `srag`. `createRag` covers ingest, search and answers; the other exports give access
 * to the parts. docs/reference/library.md lists all of it.
 */
export { escapeHtml, htmlLink, isSafeUrl, neutraliseMarkdown } from './cli/markup/index.ts';
export {
  type Config,
  type ConfigInput,
  configJsonSchema,
  createRag,
  defineConfig,
  type IngestIntoOptions,
  ingestInto,
  type LoadedConfig,
  loadConfig,
  type OwnParts,
  openWorkspace,
  Rag,
  type RagAnswer,
  type RagAskOptions,
  type RagDocument,
  type RagOptions,
  type RagSearchOptions,
  Workspace,
} from './config/index.ts';
export {
  type Chunk,
  type ChunkerSettings,
  type CollectionSettings,
  type ErrorClass,
  type ErrorCode,
  type ErrorFields,
  type FieldType,
  type Filter,
  type Fusion,
  type Hit,
  type HitScores,
  type JsonValue,
  type Metadata,
  type Metric,
  type SearchMode,
  type SearchQuery,
  type SearchResult,
  type SearchTrace,
  SragError,
  type StorageUse,
} from './core/index.ts';
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
  type Turn,
} from './models/generators/index.ts';
export { RERANKER_NAMES, type Reranker } from './models/rerankers/index.ts';
export {
  type Answer,
  type AnswerOptions,
  type AnswerRequest,
  answerQuestion,
  type Citation,
} from './query/answering/index.ts';
export {
  type RetrievalRequest,
  type RetrievalResult,
  type RetrievalTrace,
  Retriever,
} from './query/retrieval/index.ts';
export { VERSION } from './version.ts';
