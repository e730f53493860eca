import { type CollectionSettings, collectionPrefix, type Metric, SragError } from '../core/index.ts';
import { ensureCollection, readCollection, rememberEmbedderSettings, sameSettings } from '../corpus/index.ts';
import {
  FileReader,
  type IngestReport,
  type IngestRequest,
  ingest,
  openDocumentVectors,
  TextEmbedder,
} from '../corpus/ingest/index.ts';
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
import { chunkerFor, embedderFor, metricFor, settingsFor, withAbsolutePaths } from './collection-settings.ts';
import { memoryCorpus, type Workspace } from './compose.ts';
import { vectorCheckpoint } from './vector-checkpoint.ts';

/** Options of {@link ingestInto}. */
export interface IngestIntoOptions {
  /** Folder of precomputed vectors for the single ingested dataset file. */
  readonly vectors?: string;
  /** Remove documents whose files no longer exist. Default true. */
  readonly prune?: boolean;
  /** Only count the changes; nothing is written. Default false. */
  readonly dryRun?: boolean;
  readonly onProgress?: IngestRequest['onProgress'];
  readonly signal?: AbortSignal;
}

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

/**
 * Ingests the files of a listing into the configured collection. `existing` has its settings if it exists.
 */
export async function ingestFiles(
  workspace: Workspace,
  listing: Omit<FileListing, 'skipped'>,
  existing: CollectionSettings | undefined,
  options: IngestIntoOptions,
): Promise<{ settings: CollectionSettings; report: IngestReport }> {
  const { signal, dryRun = false, prune = true, onProgress } = options;
  const { files } = listing;
  const { limits, fieldMap } = workspace.config;
  const vectors =
    options.vectors === undefined
      ? undefined
      : await vectorsFor(options.vectors, files, workspace, metricFor(workspace, existing));
  const reader = new FileReader(signal);
  try {
    // Read the first file while the corpus opens. In an existing collection, it is probably unchanged.
    const [file] = files;
    const chunker = chunkerFor(workspace, existing, vectors);
    if (file !== undefined && existing === undefined)
      reader.prefetch({ file, limits, fieldMap, chunker, known: new Map(), hashes: vectors === undefined });
    const embedder = vectors === undefined ? await embedderFor(workspace, existing) : undefined;
    const { settings, corpus } = await openCorpus(
      workspace,
      existing,
      settingsFor(workspace, existing, embedder, vectors),
      { embedder, dryRun, signal },
    );
    const report = await ingest({
      files,
      failures: listing.failures,
      roots: listing.roots,
      corpus,
      settings,
      embedder,
      vectors,
      kept: embedder === undefined ? undefined : vectorCheckpoint(workspace.storage, settings),
      limits,
      fieldMap,
      prune,
      dryRun,
      reader,
      isEmbedderChecked: !dryRun && existing === undefined,
      signal,
      onProgress,
    });
    return { settings, report };
  } finally {
    await reader.close();
    await vectors?.close();
  }
}

/** Opens the collection's corpus; creates the collection if it does not exist, unless this is a dry run. */
async function openCorpus(
  workspace: Workspace,
  existing: CollectionSettings | undefined,
  requested: CollectionSettings,
  options: {
    readonly embedder: Embedder | undefined;
    readonly dryRun: boolean;
    readonly signal: AbortSignal | undefined;
  },
): Promise<{ settings: CollectionSettings; corpus: IngestRequest['corpus'] }> {
  const { embedder, signal } = options;
  if (options.dryRun) {
    const settings = sameSettings(existing, requested);
    const corpus = existing === undefined ? memoryCorpus(settings) : await workspace.corpus(settings);
    return { settings, corpus };
  }
  if (existing === undefined) {
    // Fail before the collection is created: a missing package or unreachable model must not leave an empty
    // collection behind.
    await loadLance();
    await checkConditionalWriteSupport(workspace, requested.name);
    if (embedder !== undefined) await new TextEmbedder(embedder, signal).check();
  }
  const settings = await ensureCollection(workspace.storage, requested);
  if (embedder !== undefined) {
    const remembered = withAbsolutePaths(await workspace.embedderSettings(settings));
    await rememberEmbedderSettings(workspace.storage, settings, remembered);
  }
  return { settings, corpus: await workspace.corpus(settings) };
}

/**
 * Checks that the S3 server honours write conditions; servers other than Amazon's may ignore them.
 * @throws NO_CONDITIONAL_WRITES
 */
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
    `${directory} contains ${vectors.rows} vectors, but ${file.source} contains ${records} records.`,
    {
      remedy: 'Row i of the vectors must belong to record i of the file: compute them from this file.',
      fields: { vectors: vectors.rows, records },
    },
  );
}
