import type { Connection, Table as LanceTable } from '@lancedb/lancedb';
import { type Hit, type SearchQuery, type SearchResult, SragError } from '../../core/index.ts';
import type { Lexicon } from '../../documents/lexical/index.ts';
import {
  connectLance,
  guarded,
  IDS_PER_STATEMENT,
  inGroups,
  sqlIn,
  sqlString,
} from '../../io/lance/index.ts';
import { readLexicon } from '../lexicon-object.ts';
import { resolveParameters } from '../parameters.ts';
import type { IndexManifest, OpenContext, Searcher } from '../port.ts';
import { searchLists } from '../search-lists.ts';
import { withAllTies } from '../with-all-ties.ts';
import { filterSql } from './filter-sql.ts';
import { type Candidate, collect, HIT_COLUMNS } from './hits.ts';
import type { LanceKind } from './kinds.ts';
import { DATABASE, INDEX_TABLE } from './layout.ts';
import { bm25Hits } from './lexical-search.ts';
import { vectorPlan, withQueryParameters } from './verify.ts';

/** Opens an index version's table, and loads its lexicon in the background. */
export async function openLanceIndex(
  kind: LanceKind,
  manifest: IndexManifest,
  context: OpenContext,
): Promise<Searcher> {
  const { place, prefix } = context;
  if (place === undefined) throw new SragError('UNSUPPORTED', 'LanceDB indexes are opened at a location.');
  const connection = await connectLance({ ...place, prefix: prefix + DATABASE });
  const [table, lexicon] = await Promise.all([
    guarded(`Opening index ${manifest.version}`, () => connection.openTable(INDEX_TABLE)),
    readLexicon(context),
  ]);
  return new LanceSearcher(kind, manifest, connection, table, lexicon);
}

class LanceSearcher implements Searcher {
  readonly manifest: IndexManifest;
  readonly #kind: LanceKind;
  readonly #connection: Connection;
  readonly #table: LanceTable;
  readonly #lexicon: Lexicon;

  constructor(
    kind: LanceKind,
    manifest: IndexManifest,
    connection: Connection,
    table: LanceTable,
    lexicon: Lexicon,
  ) {
    this.manifest = manifest;
    this.#kind = kind;
    this.#connection = connection;
    this.#table = table;
    this.#lexicon = lexicon;
  }

  search(query: SearchQuery): Promise<SearchResult> {
    return searchLists(query, this.manifest.collection.dimensions, this.#lexicon, {
      vector: (vector, depth) => this.#searchVector(vector, depth, query),
      bm25: (text, depth) => bm25Hits(this.#table, text, depth, this.#where(query)),
    });
  }

  async neighbours(documentId: string, from: number, to: number): Promise<readonly Hit[]> {
    const where = `document_id = ${sqlString(documentId)} AND ordinal >= ${from} AND ordinal <= ${to}`;
    const query = this.#table
      .query()
      .where(where)
      .select([...HIT_COLUMNS]);
    const found = await guarded('Reading neighbouring chunks', () => collect(query));
    return found.map(({ hit }) => hit).sort((left, right) => left.ordinal - right.ordinal);
  }

  async chunks(ids: readonly string[]): Promise<readonly Hit[]> {
    const byId = new Map<string, Hit>();
    for (const group of inGroups(ids, IDS_PER_STATEMENT)) {
      const query = this.#table
        .query()
        .where(sqlIn('id', group))
        .select([...HIT_COLUMNS]);
      for (const { hit } of await guarded('Reading chunks', () => collect(query))) byId.set(hit.id, hit);
    }
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  async count(ids: readonly string[]): Promise<number> {
    let count = 0;
    for (const group of inGroups(ids, IDS_PER_STATEMENT))
      count += await guarded('Counting chunks', () => this.#table.countRows(sqlIn('id', group)));
    return count;
  }

  async describe(): Promise<Readonly<Record<string, string | number>>> {
    const { chunks, collection, queryParameters } = this.manifest;
    const [stats, indexes] = await guarded('Reading the index table', () =>
      Promise.all([this.#table.stats(), this.#table.listIndices()]),
    );
    const plan =
      collection.dimensions === 0
        ? 'lexical only'
        : await vectorPlan(this.#table, collection, queryParameters);
    return {
      rows: chunks,
      tableBytes: stats.totalBytes,
      ...Object.fromEntries(indexes.map((index) => [`${index.columns.join()} index`, index.indexType])),
      ...Object.fromEntries(
        indexes.map((index) => [`${index.columns.join()} index bytes`, Number(index.sizeBytes ?? 0)]),
      ),
      ...(chunks > 0 ? { bytesPerRow: Math.round(stats.totalBytes / chunks) } : {}),
      plan: plan.trim(),
    };
  }

  async close(): Promise<void> {
    try {
      this.#table.close();
      this.#connection.close();
    } catch {
      // LanceDB keeps the table open until running queries end.
    }
  }

  async #searchVector(vector: Float32Array, depth: number, query: SearchQuery): Promise<Hit[]> {
    const parameters = this.#queryParameters(query);
    const where = this.#where(query);
    const found = await withAllTies(depth, async (limit) =>
      (await this.#nearest(vector, limit, parameters, where)).map(({ hit, distance }) => ({
        hit: { ...hit, score: 1 - distance, scores: { vector: 1 - distance } },
      })),
    );
    return found.map(({ hit }) => hit);
  }

  #nearest(
    vector: Float32Array,
    limit: number,
    parameters: Readonly<Record<string, number>>,
    where: string | undefined,
  ): Promise<Candidate[]> {
    const search = withQueryParameters(this.#table.vectorSearch(vector).column('vector'), parameters, limit)
      .distanceType(this.manifest.collection.metric)
      .select([...HIT_COLUMNS, '_distance'])
      .limit(limit);
    if (where !== undefined) {
      search.where(where);
      // If the probed lists contain too few rows that match the filter, LanceDB searches the other lists,
      // too.
      const { partitions } = this.manifest.buildParameters;
      if (partitions !== undefined) search.maximumNprobes(Math.max(partitions, parameters.nprobes ?? 1));
    }
    return guarded('Searching vectors', () => collect(search));
  }

  #queryParameters(query: SearchQuery): Readonly<Record<string, number>> {
    const { collection, chunks, queryParameters } = this.manifest;
    if (query.parameters === undefined) return queryParameters;
    const given = { ...queryParameters, ...query.parameters };
    return resolveParameters(this.manifest.kind, this.#kind.parameters, 'query', given, {
      rows: chunks,
      dimensions: collection.dimensions,
    });
  }

  #where(query: SearchQuery): string | undefined {
    return query.filter === undefined ? undefined : filterSql(query.filter, this.manifest.collection.fields);
  }
}
