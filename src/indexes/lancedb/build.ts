import type { Connection, Table as LanceTable } from '@lancedb/lancedb';
import { SragError, searchedText, throwIfAborted } from '../../core/index.ts';
import type { StoredChunk } from '../../corpus/index.ts';
import { chunkRow, tableOfRows } from '../../corpus/lancedb/rows.ts';
import { chunkFields } from '../../corpus/lancedb/schema.ts';
import { LexiconBuilder } from '../../documents/lexical/index.ts';
import { connectLance, guarded, loadLance } from '../../io/lance/index.ts';
import { LEXICON_FILE } from '../lexicon-object.ts';
import { plannedBuild } from '../planned-build.ts';
import type { BuildContext, IndexManifest } from '../port.ts';
import type { LanceKind } from './kinds.ts';
import { DATABASE, INDEX_TABLE } from './layout.ts';
import { verifyKind } from './verify.ts';

/** Rows per copied batch. */
const COPY_BATCH = 2_048;

/** Builds one index version: its own table of chunks, a full-text index, and at most one vector index. */
export async function buildLanceIndex(kind: LanceKind, context: BuildContext): Promise<IndexManifest> {
  const { corpus, storage, prefix } = context;
  const { settings } = corpus;
  const planned = await plannedBuild(kind, context);
  const { stats, buildParameters, queryParameters } = planned;
  checkSubVectors(buildParameters.subVectors, settings.dimensions);
  const connection = await connectLance({ ...context.place, prefix: prefix + DATABASE });
  try {
    const { table, chunks, lexicon } = await copyChunks(context, connection, stats.chunks);
    await indexTable(kind, context, table, buildParameters);
    await verifyKind(table, kind, settings, queryParameters);
    await storage.write(prefix + LEXICON_FILE, lexicon);
    const sizeBytes = await sizeOf(context);
    table.close();
    return planned.manifest(chunks, sizeBytes);
  } finally {
    connection.close();
  }
}

async function indexTable(
  kind: LanceKind,
  { corpus, signal, onProgress }: BuildContext,
  table: LanceTable,
  parameters: Readonly<Record<string, number>>,
): Promise<void> {
  const { lance } = await loadLance();
  // Compact before indexing: compaction moves rows, and an existing index would have to be remapped.
  await guarded('Compacting the index table', async () => {
    await table.optimize();
    // No other process uses this table yet, so the compacted files can be deleted immediately.
    await table.optimize({ cleanupOlderThan: new Date(), deleteUnverified: true });
  });
  throwIfAborted(signal);
  onProgress?.({ stage: 'full-text index', done: 0, total: 1 });
  await guarded('Building the full-text index', () =>
    table.createIndex('terms', { config: lance.Index.fts(FULL_TEXT) }),
  );
  throwIfAborted(signal);
  if (kind.configure === undefined) return;
  onProgress?.({ stage: 'vector index', done: 0, total: 1 });
  const config = lance.Index[kind.configure]({
    distanceType: corpus.settings.metric,
    numPartitions: parameters.partitions,
    numSubVectors: parameters.subVectors,
    m: parameters.m,
    efConstruction: parameters.efConstruction,
  });
  await guarded(`Building ${kind.kind}`, () => table.createIndex('vector', { config }));
}

/**
 * Indexes the terms of srag's analyser, so that all languages are handled alike. LanceDB's BM25 uses k1 = 1.2
 * and b = 0.75.
 */
const FULL_TEXT = {
  baseTokenizer: 'whitespace',
  stem: false,
  removeStopWords: false,
  asciiFolding: false,
  lowercase: false,
  withPosition: false,
  maxTokenLength: 1_000,
} as const;

function checkSubVectors(subVectors: number | undefined, dimensions: number): void {
  if (subVectors === undefined || dimensions % subVectors === 0) return;
  throw new SragError(
    'INVALID_ARGUMENT',
    `subVectors is ${subVectors}; it must divide the ${dimensions} dimensions.`,
    {
      fields: { field: 'subVectors', value: subVectors, dimensions },
    },
  );
}

async function copyChunks(
  context: BuildContext,
  connection: Connection,
  total: number,
): Promise<{ table: LanceTable; chunks: number; lexicon: Uint8Array }> {
  const { corpus, signal } = context;
  const { arrow } = await loadLance();
  const schema = new arrow.Schema(chunkFields(arrow, corpus.settings));
  const table = await guarded('Creating the index table', () =>
    connection.createEmptyTable(INDEX_TABLE, schema),
  );
  const lexicon = new LexiconBuilder();
  let chunks = 0;
  const scan = corpus.scan({ batchSize: COPY_BATCH, withVectors: true, signal });
  for await (const batch of joined(scan, COPY_BATCH)) {
    for (const { chunk, terms } of batch) lexicon.add(searchedText(chunk), terms);
    const rows = batch.map((stored) => chunkRow(stored, corpus.settings));
    await guarded('Copying chunks', () => table.add(tableOfRows(arrow, schema, rows)));
    chunks += batch.length;
    context.onProgress?.({ stage: 'copy', done: chunks, total });
  }
  return { table, chunks, lexicon: lexicon.build().toBytes() };
}

/** Joins small batches into larger ones, because every `add` creates a commit and a fragment. */
async function* joined(
  batches: AsyncIterable<readonly StoredChunk[]>,
  size: number,
): AsyncIterable<readonly StoredChunk[]> {
  let pending: StoredChunk[] = [];
  for await (const batch of batches) {
    pending.push(...batch);
    if (pending.length < size) continue;
    yield pending;
    pending = [];
  }
  if (pending.length > 0) yield pending;
}

async function sizeOf({ storage, prefix }: BuildContext): Promise<number> {
  let bytes = 0;
  for await (const { sizeBytes } of storage.list(prefix)) bytes += sizeBytes;
  return bytes;
}
