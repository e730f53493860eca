export { type BuildIndexRequest, buildIndex } from './build-index.ts';
export { type OwnParts, Workspace } from './compose.ts';
export { deleteCollection } from './delete-collection.ts';
export type { DeploymentConfig } from './deployment-schema.ts';
export { type Environment, processEnvironment, s3Settings } from './environment.ts';
export { type IngestIntoOptions, ingestInto } from './ingest-into.ts';
export { flatten, type LoadedConfig, loadConfig } from './load.ts';
export { openWorkspace } from './open-workspace.ts';
export { type PublishedCorpus, publishCorpus, publishIfNotEmpty } from './publish-corpus.ts';
export {
  createRag,
  Rag,
  type RagAnswer,
  type RagAskOptions,
  type RagDocument,
  type RagOptions,
  type RagSearchOptions,
} from './rag.ts';
export { type Config, type ConfigInput, configJsonSchema, defineConfig } from './schema.ts';
