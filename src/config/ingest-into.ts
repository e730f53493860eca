import { resolve } from 'node:path';
import {
  type ChunkerSettings,
  type CollectionSettings,
  collectionPrefix,
  type Metric,
  SragError,
} from '../core/index.ts';
import {
  type EmbedderSettings,
  ensureCollection,
  readCollection,
  rememberEmbedderSettings,
  sameSettings,
} from '../corpus/index.ts';
import {
  type DocumentVectors,
  FileReader,
  type IngestReport,
  type IngestRequest,
  ingest,
  openDocumentVectors,
  TextEmbedder,
} from '../corpus/ingest/index.ts';
import { CHUNKER_VERSION } from '../documents/chunking/index.ts';
import {
  countRecords,
  type FileListing,
  type FileToLoad,
  isDataset,
  listFiles,
  type SkippedFiles,
} from '../documents/loaders/index.ts';
import { loadLance } from '../io/lance/index.ts';
import { checkConditionalWrites } from '../io/storage/index.ts';
import type { Embedder } from '../models/embedders/index.ts';
import { checkChunker, memoryCorpus, type Workspace } from './compose.ts';
import { keptVectors } from './kept-vectors.ts';

/** Options of {@link ingestInto}. */
export interface IngestIntoOptions {
  /** Folder of precomputed vectors for the single ingested dataset file. */
  readonly vectors?: string;
  /** Remove documents whose files no longer exist. Default true. */
  readonly prune?: boolean;
  /** Only plan and count. Default false. */
  readonly dryRun?: boolean;
  readonly onProgress?: IngestRequest['onProgress'];
  readonly signal?: AbortSignal;
}

/** With precomputed vectors one document is one chunk, whatever its length. */
const WHOLE_DOCUMENTS: ChunkerSettings = {
  version: CHUNKER_VERSION,
  maxTokens: 100_000_000,
  overlapTokens: 0,
};

/** Ingests files and folders into the configured collection, which is created if it does not exist. */
export async function ingestInto(
  workspace: Workspace,
  paths: readonly string[],
  options: IngestIntoOptions = {},
): Promise<{ settings: CollectionSettings; report: IngestReport; skipped: SkippedFiles }> {
  const { config, loaded, storage } = workspace;
  const { signal } = options;
  collectionPrefix(config.collection);
  const listing = await listFiles(paths, {
    projectRoot: loaded.projectRoot,
    include: config.include,
    exclude: config.exclude,
    followLinks: config.followLinks,
    signal,
  });
  const existing = await readCollection(storage, config.collection);
  if (listing.files.length === 0 && listing.failures.length === 0 && existing === undefined) {
    throw new SragError('NOTHING_TO_INGEST', `There is nothing to ingest in ${paths.join(', ')}.`, {
      remedy: `Files of unknown formats: ${unknownFormats(listing.skipped)}; excluded by rules: ${listing.skipped.ignored}; links out of the folder: ${listing.skipped.links}.`,
      fields: { paths, ...listing.skipped },
    });
  }
  return { ...(await ingestFiles(workspace, listing, existing, options)), skipped: listing.skipped };
}

/** Ingests files that are listed already into the configured collection; `existing` is the collection, if it exists. */
export async function ingestFiles(
  workspace: Workspace,
  listing: Omit<FileListing, 'skipped'>,
  existing: CollectionSettings | undefined,
  options: IngestIntoOptions,
): Promise<{ settings: CollectionSettings; report: IngestReport }> {
  const { config, storage } = workspace;
  const { signal, dryRun = false, prune = true } = options;
  const vectors =
    options.vectors === undefined
      ? undefined
      : await vectorsFor(options.vectors, listing.files, workspace, metricFor(workspace, existing));
  const reader = new FileReader(signal);
  try {
    const [file] = listing.files;
    const { limits, fieldMap } = config;
    const chunker = chunkerFor(workspace, existing, vectors);
    // Prefetch while the corpus opens. Files of an existing collection may all be unchanged: not prefetched.
    if (file !== undefined && existing === undefined)
      reader.readAhead({ file, limits, fieldMap, chunker, known: new Map(), hashes: vectors === undefined });
    const embedder = vectors === undefined ? await embedderFor(workspace, existing) : undefined;
    const requestedSettings = settingsFor(workspace, existing, embedder, vectors);
    const isNew = !dryRun && existing === undefined;
    // Fail before creating the collection: a missing package or unreachable model must not leave an empty one behind.
    if (isNew) await loadLance();
    if (isNew) await checkConditionalWriteSupport(workspace, requestedSettings.name);
    if (isNew && embedder !== undefined) await new TextEmbedder(embedder, signal).check();
    const settings = dryRun
      ? sameSettings(existing, requestedSettings)
      : await ensureCollection(storage, requestedSettings);
    if (!dryRun && embedder !== undefined)
      await rememberEmbedderSettings(
        storage,
        settings,
        withAbsolutePaths(await workspace.embedderSettings(settings)),
      );
    const corpus =
      dryRun && existing === undefined ? memoryCorpus(settings) : await workspace.corpus(settings);
    const report = await ingest({
      corpus,
      settings,
      files: listing.files,
      failures: listing.failures,
      roots: listing.roots,
      embedder,
      vectors,
      kept: embedder === undefined ? undefined : keptVectors(storage, settings),
      limits: config.limits,
      fieldMap: config.fieldMap,
      prune,
      dryRun,
      reader,
      isEmbedderChecked: isNew,
      signal,
      onProgress: options.onProgress,
    });
    return { settings, report };
  } finally {
    await reader.close();
    await vectors?.close();
  }
}

/** S3 servers other than Amazon's may ignore write conditions. @throws NO_CONDITIONAL_WRITES */
async function checkConditionalWriteSupport(
  { place, storage }: Workspace,
  collection: string,
): Promise<void> {
  if (place.location.kind === 's3' && place.s3?.endpoint !== undefined)
    await checkConditionalWrites(storage, collectionPrefix(collection));
}

const unknownFormats = ({ unknownFormat, unknownFormatFiles: [first] }: SkippedFiles): string =>
  first === undefined ? '0' : `${unknownFormat} (for example ${first})`;

async function vectorsFor(
  directory: string,
  files: readonly FileToLoad[],
  { config }: Workspace,
  metric: Metric,
) {
  const [file, ...others] = files;
  if (file === undefined || others.length > 0 || !isDataset(file.path)) {
    throw new SragError(
      'INVALID_ARGUMENT',
      `Precomputed vectors require exactly one JSONL file; ${files.length} files were given.`,
      {
        remedy: 'srag ingest corpus.jsonl.gz --vectors DIR',
        fields: { field: 'vectors', files: files.length },
      },
    );
  }
  const vectors = await openDocumentVectors(directory, metric);
  const records = await countRecords(file, config.limits);
  if (records === vectors.rows) return vectors;
  await vectors.close();
  throw new SragError(
    'VECTOR_COUNT_MISMATCH',
    `${directory} contains ${vectors.rows} vectors, but ${file.source} ${records} records.`,
    {
      remedy: 'Row i of the vectors must belong to record i of the file: compute them from this file.',
      fields: { vectors: vectors.rows, records },
    },
  );
}

/** The configured embedder; for an existing collection, the one it was created with. @throws EMBEDDER_MISMATCH */
function embedderFor(
  workspace: Workspace,
  existing: CollectionSettings | undefined,
): Promise<Embedder | undefined> {
  const isEmbedded = existing !== undefined && !existing.embedder.startsWith('precomputed:');
  return isEmbedded ? workspace.embedder(existing) : workspace.newEmbedder();
}

/** Makes paths absolute, since later commands may run in another folder. */
const withAbsolutePaths = ({ modelPath, ...settings }: EmbedderSettings): EmbedderSettings =>
  typeof modelPath === 'string' ? { ...settings, modelPath: resolve(modelPath) } : settings;

/** The configured metric; if none is set, that of an existing collection. */
const metricFor = ({ config, loaded }: Workspace, existing: CollectionSettings | undefined): Metric =>
  existing !== undefined && !('metric' in loaded.origins) ? existing.metric : config.metric;

/** The configured chunker; if none is set, that of an existing collection. @throws INVALID_CONFIG */
function chunkerFor(
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

function settingsFor(
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
