import { isDeepStrictEqual } from 'node:util';
import type { Connection, Table as LanceTable, Query } from '@lancedb/lancedb';
import type { Schema } from 'apache-arrow';
import { type CollectionSettings, type Metadata, SragError, throwIfAborted } from '../../core/index.ts';
import {
  type ArrowModule,
  BatchReader,
  connectLance,
  guarded,
  IDS_PER_STATEMENT,
  inGroups,
  type LancePlace,
  lanceError,
  loadLance,
  SCAN_CACHES,
  sqlIn,
  sqlString,
} from '../../io/lance/index.ts';
import type {
  CorpusStats,
  CorpusStore,
  DocumentRecord,
  DocumentWrite,
  ScanOptions,
  StoredChunk,
} from '../port.ts';
import { checkVectors } from '../vectors.ts';
import { openTable } from './open-table.ts';
import { withRetries } from './retries.ts';
import {
  DOCUMENT_COLUMNS,
  DOCUMENT_ROW,
  NO_METADATA,
  readChunks,
  readDocuments,
  withMetadata,
  writeTable,
} from './rows.ts';
import { chunkFields, corpusSchema, SETTINGS_KEY } from './schema.ts';

const SCAN_BATCH = 1_024;
/** How long old versions are retained for readers in progress, such as an index build. */
const RETENTION_MS = 60 * 60 * 1_000;

/** Opens the LanceDB corpus at `place`, creating its table on first use. */
export async function openLanceCorpus(place: LancePlace, settings: CollectionSettings): Promise<CorpusStore> {
  const { arrow } = await loadLance();
  const connection = await connectLance(place, SCAN_CACHES);
  const schema = corpusSchema(arrow, settings);
  const table = await openTable(connection, place, schema, settings.name);
  await checkMadeFor(table, settings);
  return new LanceCorpus(settings, connection, table, schema, arrow);
}

/** @throws DAMAGED_STORE if another collection of the same name has left its table behind. */
async function checkMadeFor(table: LanceTable, settings: CollectionSettings): Promise<void> {
  const stored: unknown = await guarded('Reading the corpus schema', async () =>
    JSON.parse((await table.schema()).metadata.get(SETTINGS_KEY) ?? '{}'),
  );
  if (isDeepStrictEqual(stored, JSON.parse(JSON.stringify(settings)))) return;
  throw new SragError(
    'DAMAGED_STORE',
    `The corpus of collection '${settings.name}' was made with other settings than the collection has.`,
    { remedy: `Delete it (srag collection delete ${settings.name}) and ingest again.`, fields: { stored } },
  );
}

class LanceCorpus implements CorpusStore {
  readonly settings: CollectionSettings;
  readonly #connection: Connection;
  readonly #table: LanceTable;
  readonly #schema: Schema;
  readonly #arrow: ArrowModule;

  constructor(
    settings: CollectionSettings,
    connection: Connection,
    table: LanceTable,
    schema: Schema,
    arrow: ArrowModule,
  ) {
    this.settings = settings;
    this.#connection = connection;
    this.#table = table;
    this.#schema = schema;
    this.#arrow = arrow;
  }

  async write(
    documents: readonly DocumentWrite[],
    { replaces }: { readonly replaces: boolean },
  ): Promise<void> {
    if (documents.length === 0) return;
    checkVectors(documents, this.settings);
    // The delete clause contains every document id, and SQL with too many literals is slow to plan.
    for (const group of inGroups(documents, replaces ? IDS_PER_STATEMENT : documents.length)) {
      const rows = writeTable(this.#arrow, this.#schema, this.settings, group);
      const ids = group.map(({ document }) => document.id);
      await this.#commit(`Writing ${group.length} documents`, () => {
        const upsert = this.#table.mergeInsert('id').whenMatchedUpdateAll().whenNotMatchedInsertAll();
        if (!replaces) return upsert.execute(rows);
        // One commit removes the old chunks and adds the new ones.
        return upsert.whenNotMatchedBySourceDelete({ where: sqlIn('document_id', ids) }).execute(rows);
      });
    }
  }

  async deleteDocuments(ids: readonly string[]): Promise<void> {
    for (const group of inGroups(ids, IDS_PER_STATEMENT)) {
      await this.#commit(`Deleting ${group.length} documents`, () =>
        this.#table.delete(sqlIn('document_id', group)),
      );
    }
  }

  async *documents(ids?: readonly string[]): AsyncIterable<readonly DocumentRecord[]> {
    for (const group of ids === undefined ? [undefined] : inGroups(ids, IDS_PER_STATEMENT)) {
      const where = group === undefined ? '' : ` AND ${sqlIn('document_id', group)}`;
      const query = this.#table.query().where(`is_document${where}`).select(DOCUMENT_COLUMNS);
      for await (const batch of this.#batches(query, SCAN_BATCH)) yield readDocuments(batch);
    }
  }

  async documentText(id: string): Promise<string | undefined> {
    const row = `id = ${sqlString(DOCUMENT_ROW + id)}`;
    const first = `(document_id = ${sqlString(id)} AND ordinal = 0 AND NOT is_document)`;
    const query = this.#table.query().where(`${row} OR ${first}`).select(['is_document', 'text']);
    let text: string | undefined;
    let chunkText = '';
    for await (const batch of this.#batches(query, SCAN_BATCH)) {
      const [isDocument, body] = [batch.column<boolean>('is_document'), batch.column<string>('text')];
      for (let index = 0; index < batch.rows; index++) {
        if (isDocument(index)) text = body(index) ?? '';
        else chunkText = body(index) ?? '';
      }
    }
    return text === '' ? chunkText : text;
  }

  async chunks(
    ids: readonly string[],
    options: { withVectors?: boolean } = {},
  ): Promise<readonly StoredChunk[]> {
    const found: StoredChunk[] = [];
    for (const group of inGroups([...new Set(ids)], IDS_PER_STATEMENT)) {
      const query = this.#table
        .query()
        .where(`NOT is_document AND ${sqlIn('id', group)}`)
        .select(this.#chunkColumns(options.withVectors === true));
      for await (const batch of this.#batches(query, SCAN_BATCH)) {
        found.push(...readChunks(batch, this.settings.dimensions));
      }
    }
    const documents = new Set(found.map(({ chunk }) => chunk.documentId));
    const shared = new Map<string, Metadata>();
    for (const group of inGroups([...documents], IDS_PER_STATEMENT))
      await this.#readMetadata(shared, ` AND ${sqlIn('document_id', group)}`);
    return found.map((stored) => withMetadata(stored, shared));
  }

  async vectorsByTextHash(hashes: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    const found = new Map<string, Float32Array>();
    const { dimensions } = this.settings;
    if (dimensions === 0) return found;
    for (const group of inGroups([...new Set(hashes)], IDS_PER_STATEMENT)) {
      const query = this.#table.query().where(sqlIn('text_hash', group)).select(['text_hash', 'vector']);
      for await (const batch of this.#batches(query, SCAN_BATCH)) {
        const [hash, vector] = [batch.column<string>('text_hash'), batch.vectors('vector', dimensions)];
        for (let row = 0; row < batch.rows; row++) {
          const numbers = vector(row);
          if (numbers !== undefined) found.set(hash(row) ?? '', numbers);
        }
      }
    }
    return found;
  }

  async *scan(options: ScanOptions = {}): AsyncIterable<readonly StoredChunk[]> {
    const { documentId, signal } = options;
    const where = documentId === undefined ? '' : ` AND document_id = ${sqlString(documentId)}`;
    const query = this.#table
      .query()
      .where(`NOT is_document${where}`)
      .select(this.#chunkColumns(options.withVectors === true, options.withTerms !== false));
    if (documentId !== undefined) query.orderBy({ columnName: 'ordinal' });
    const shared = new Map<string, Metadata>();
    await this.#readMetadata(shared, where);
    for await (const batch of this.#batches(query, options.batchSize ?? SCAN_BATCH)) {
      throwIfAborted(signal);
      yield readChunks(batch, this.settings.dimensions).map((stored) => withMetadata(stored, shared));
    }
  }

  async stats(): Promise<CorpusStats> {
    return guarded('Reading the size of the corpus', async () => {
      await this.#table.checkoutLatest();
      const [rows, documents, version, stats] = await Promise.all([
        this.#table.countRows(),
        this.#table.countRows('is_document'),
        this.#table.version(),
        this.#table.stats(),
      ]);
      return { documents, chunks: rows - documents, version, sizeBytes: stats.totalBytes };
    });
  }

  async reconcile(): Promise<number> {
    if (await this.#hasAllAndOnlyItsChunks()) return 0;
    const current = new Map<string, string>();
    const chunkHashes = new Map<string, Set<string>>();
    const query = this.#table.query().select(['document_id', 'content_hash', 'is_document']);
    for await (const batch of this.#batches(query, SCAN_BATCH)) {
      const [id, hash] = [batch.column<string>('document_id'), batch.column<string>('content_hash')];
      const isDocument = batch.column<boolean>('is_document');
      for (let row = 0; row < batch.rows; row++) {
        const [documentId, contentHash] = [id(row) ?? '', hash(row) ?? ''];
        if (isDocument(row)) current.set(documentId, contentHash);
        else chunkHashes.set(documentId, (chunkHashes.get(documentId) ?? new Set()).add(contentHash));
      }
    }
    let removed = 0;
    for (const [documentId, hashes] of chunkHashes) {
      const wanted = current.get(documentId);
      const stale = [...hashes].filter((hash) => hash !== wanted);
      if (wanted === undefined || stale.length === 0) continue;
      const where = `NOT is_document AND document_id = ${sqlString(documentId)} AND ${sqlIn('content_hash', stale)}`;
      removed += await guarded('Counting replaced chunks', () => this.#table.countRows(where));
      await this.#commit('Removing replaced chunks', () => this.#table.delete(where));
    }
    return removed;
  }

  /** Every commit is atomic, so counting tells whether racing inserts left chunks behind. */
  async #hasAllAndOnlyItsChunks(): Promise<boolean> {
    await guarded('Reading the corpus', () => this.#table.checkoutLatest());
    let expected = 0;
    const query = this.#table.query().where('is_document').select(['chunk_count']);
    for await (const batch of this.#batches(query, SCAN_BATCH)) {
      const count = batch.column<number>('chunk_count');
      for (let row = 0; row < batch.rows; row++) expected += count(row) ?? 0;
    }
    return expected === (await guarded('Counting chunks', () => this.#table.countRows('NOT is_document')));
  }

  async compact(): Promise<void> {
    await this.#commit('Compacting the corpus', () => this.#table.optimize());
    const cleanupOlderThan = new Date(Date.now() - RETENTION_MS);
    await this.#commit('Removing old versions', () => this.#table.optimize({ cleanupOlderThan }));
  }

  async close(): Promise<void> {
    this.#table.close();
    this.#connection.close();
  }

  async #commit(context: string, work: () => Promise<unknown>): Promise<void> {
    await withRetries(() =>
      guarded(context, async () => {
        await this.#table.checkoutLatest();
        await work();
      }),
    );
  }

  async *#batches(query: Query, maxBatchLength: number): AsyncIterable<BatchReader> {
    // `execute` is the only streaming call that accepts a batch size; its declaration is protected.
    // biome-ignore lint/complexity/useLiteralKeys: only the bracket form reaches a protected member.
    const batches = query['execute']({ maxBatchLength });
    try {
      for await (const batch of batches) yield new BatchReader(batch);
    } catch (error) {
      throw lanceError(error, 'Reading the corpus');
    }
  }

  /** Adds the metadata of multi-chunk documents, by document id. */
  async #readMetadata(found: Map<string, Metadata>, where: string): Promise<void> {
    const query = this.#table
      .query()
      .where(`is_document AND chunk_count > 1 AND metadata <> '${NO_METADATA}'${where}`)
      .select(['document_id', 'metadata']);
    for await (const batch of this.#batches(query, SCAN_BATCH)) {
      const [id, metadata] = [
        batch.column<string>('document_id'),
        batch.json<Metadata>('metadata', NO_METADATA),
      ];
      for (let row = 0; row < batch.rows; row++) found.set(id(row) ?? '', metadata(row));
    }
  }

  #chunkColumns(withVectors: boolean, withTerms = true): string[] {
    return chunkFields(this.#arrow, this.settings)
      .map((field) => field.name)
      .filter((name) => !name.startsWith('field_') && name !== 'text_hash')
      .filter((name) => (withVectors || name !== 'vector') && (withTerms || name !== 'terms'));
  }
}
