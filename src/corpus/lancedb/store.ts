import { isDeepStrictEqual } from 'node:util';
import type { Table as LanceTable } from '@lancedb/lancedb';
import type { Schema } from 'apache-arrow';
import { type CollectionSettings, type Metadata, SragError, throwIfAborted } from '../../core/index.ts';
import {
  type ArrowModule,
  connectLance,
  guarded,
  IDS_PER_STATEMENT,
  inGroups,
  type LancePlace,
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
import { CorpusTable } from './corpus-table.ts';
import { openTable } from './open-table.ts';
import { removeReplacedChunks } from './reconcile.ts';
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

/** How long old versions are kept for readers that still use them, such as an index build. */
const RETENTION_MS = 60 * 60 * 1_000;

/** Opens the LanceDB corpus at `place`, creating its table on first use. */
export async function openLanceCorpus(place: LancePlace, settings: CollectionSettings): Promise<CorpusStore> {
  const { arrow } = await loadLance();
  const connection = await connectLance(place, SCAN_CACHES);
  const schema = corpusSchema(arrow, settings);
  const table = await openTable(connection, place, schema, settings.name);
  await checkMadeFor(table, settings);
  return new LanceCorpus(settings, new CorpusTable(connection, table), schema, arrow);
}

/** @throws DAMAGED_STORE if another collection of the same name has left its table behind. */
async function checkMadeFor(table: LanceTable, settings: CollectionSettings): Promise<void> {
  const stored: unknown = await guarded('Reading the corpus schema', async () =>
    JSON.parse((await table.schema()).metadata.get(SETTINGS_KEY) ?? '{}'),
  );
  if (isDeepStrictEqual(stored, JSON.parse(JSON.stringify(settings)))) return;
  throw new SragError(
    'DAMAGED_STORE',
    `The corpus of collection '${settings.name}' was created with settings other than those of the collection.`,
    { remedy: `Delete it (srag collection delete ${settings.name}) and ingest again.`, fields: { stored } },
  );
}

class LanceCorpus implements CorpusStore {
  readonly settings: CollectionSettings;
  readonly #table: CorpusTable;
  readonly #schema: Schema;
  readonly #arrow: ArrowModule;

  constructor(settings: CollectionSettings, table: CorpusTable, schema: Schema, arrow: ArrowModule) {
    this.settings = settings;
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
      await this.#table.commit(`Writing ${group.length} documents`, () => {
        const upsert = this.#table.lance.mergeInsert('id').whenMatchedUpdateAll().whenNotMatchedInsertAll();
        if (!replaces) return upsert.execute(rows);
        // One commit removes the old chunks and adds the new ones.
        return upsert.whenNotMatchedBySourceDelete({ where: sqlIn('document_id', ids) }).execute(rows);
      });
    }
  }

  async deleteDocuments(ids: readonly string[]): Promise<void> {
    for (const group of inGroups(ids, IDS_PER_STATEMENT)) {
      await this.#table.commit(`Deleting ${group.length} documents`, () =>
        this.#table.lance.delete(sqlIn('document_id', group)),
      );
    }
  }

  async *documents(ids?: readonly string[]): AsyncIterable<readonly DocumentRecord[]> {
    for (const group of ids === undefined ? [undefined] : inGroups(ids, IDS_PER_STATEMENT)) {
      const where = group === undefined ? '' : ` AND ${sqlIn('document_id', group)}`;
      const query = this.#table.lance.query().where(`is_document${where}`).select(DOCUMENT_COLUMNS);
      for await (const batch of this.#table.batches(query)) yield readDocuments(batch);
    }
  }

  async documentText(id: string): Promise<string | undefined> {
    const row = `id = ${sqlString(DOCUMENT_ROW + id)}`;
    const first = `(document_id = ${sqlString(id)} AND ordinal = 0 AND NOT is_document)`;
    const query = this.#table.lance.query().where(`${row} OR ${first}`).select(['is_document', 'text']);
    let text: string | undefined;
    let chunkText = '';
    for await (const batch of this.#table.batches(query)) {
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
      const query = this.#table.lance
        .query()
        .where(`NOT is_document AND ${sqlIn('id', group)}`)
        .select(this.#chunkColumns(options.withVectors === true));
      for await (const batch of this.#table.batches(query)) {
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
      const query = this.#table.lance
        .query()
        .where(sqlIn('text_hash', group))
        .select(['text_hash', 'vector']);
      for await (const batch of this.#table.batches(query)) {
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
    const query = this.#table.lance
      .query()
      .where(`NOT is_document${where}`)
      .select(this.#chunkColumns(options.withVectors === true, options.withTerms !== false));
    if (documentId !== undefined) query.orderBy({ columnName: 'ordinal' });
    const shared = new Map<string, Metadata>();
    await this.#readMetadata(shared, where);
    for await (const batch of this.#table.batches(query, options.batchSize)) {
      throwIfAborted(signal);
      yield readChunks(batch, this.settings.dimensions).map((stored) => withMetadata(stored, shared));
    }
  }

  async stats(): Promise<CorpusStats> {
    return guarded('Reading the size of the corpus', async () => {
      await this.#table.lance.checkoutLatest();
      const [rows, documents, version, stats] = await Promise.all([
        this.#table.lance.countRows(),
        this.#table.lance.countRows('is_document'),
        this.#table.lance.version(),
        this.#table.lance.stats(),
      ]);
      return { documents, chunks: rows - documents, version, sizeBytes: stats.totalBytes };
    });
  }

  reconcile(): Promise<number> {
    return removeReplacedChunks(this.#table);
  }

  async compact(): Promise<void> {
    await this.#table.commit('Compacting the corpus', () => this.#table.lance.optimize());
    const cleanupOlderThan = new Date(Date.now() - RETENTION_MS);
    await this.#table.commit('Removing old versions', () => this.#table.lance.optimize({ cleanupOlderThan }));
  }

  async close(): Promise<void> {
    this.#table.close();
  }

  /** Adds the metadata of multi-chunk documents, by document id. */
  async #readMetadata(found: Map<string, Metadata>, where: string): Promise<void> {
    const query = this.#table.lance
      .query()
      .where(`is_document AND chunk_count > 1 AND metadata <> '${NO_METADATA}'${where}`)
      .select(['document_id', 'metadata']);
    for await (const batch of this.#table.batches(query)) {
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
