import type { Connection, Table as LanceTable } from '@lancedb/lancedb';
import type { RecordBatch } from 'apache-arrow';
import {
  byScore,
  DEFAULT_FUSION,
  fuse,
  type Hit,
  type SearchQuery,
  type SearchResult,
  SragError,
  searchedText,
  throwIfAborted,
} from '../../core/index.ts';
import {
  type Lexicon,
  lexicalQuery,
  RESCORE_DEPTH,
  rescore,
  splitColumn,
} from '../../documents/lexical/index.ts';
import {
  BatchReader,
  connectLance,
  guarded,
  IDS_PER_STATEMENT,
  inGroups,
  loadLance,
  sqlIn,
  sqlString,
} from '../../io/lance/index.ts';
import { resolveParameters } from '../parameters.ts';
import type { IndexManifest, OpenContext, Searcher } from '../port.ts';
import { filterSql } from './filter-sql.ts';
import { type Candidate, HIT_COLUMNS, readCandidates } from './hits.ts';
import type { LanceKind } from './kinds.ts';
import { DATABASE, INDEX_TABLE } from './layout.ts';
import { readLexicon } from './read-lexicon.ts';
import { vectorPlan, withQueryParameters } from './verify.ts';

/** Opens an index version's table, and loads its lexicon in the background. */
export async function openLanceIndex(
  kind: LanceKind,
  manifest: IndexManifest,
  context: OpenContext,
): Promise<Searcher> {
  const connection = await connectLance({ ...context.place, prefix: context.prefix + DATABASE });
  const [table, lexicon] = await Promise.all([
    guarded(`Opening index ${manifest.version}`, () => connection.openTable(INDEX_TABLE)),
    readLexicon(context),
  ]);
  return new LanceSearcher(kind, manifest, connection, table, lexicon);
}

/** Maximum rows fetched to break ties by id. */
const MAX_TIES = 4_096;

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

  async search(query: SearchQuery): Promise<SearchResult> {
    throwIfAborted(query.signal);
    const startedMs = performance.now();
    const fusion = query.fusion ?? DEFAULT_FUSION;
    const isHybrid = query.vector !== undefined && query.text !== undefined;
    const depth = isHybrid ? Math.max(fusion.depth, query.topK) : query.topK;
    const [vector, lexical] = await Promise.all([
      query.vector === undefined ? undefined : this.#searchVector(query.vector, depth, query),
      query.text === undefined ? undefined : this.#searchText(query.text, depth, query),
    ]);
    throwIfAborted(query.signal);
    const hits = isHybrid
      ? fuse(vector?.hits ?? [], lexical?.hits ?? [], fusion)
      : (vector?.hits ?? lexical?.hits ?? []);
    return {
      hits: hits.slice(0, query.topK),
      trace: {
        vectorMs: vector?.elapsedMs,
        ...(lexical === undefined ? {} : { lexicalMs: lexical.elapsedMs, rescoreMs: lexical.rescoreMs }),
        totalMs: performance.now() - startedMs,
      },
    };
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

  async #searchVector(
    vector: Float32Array,
    topK: number,
    query: SearchQuery,
  ): Promise<{ hits: Hit[]; elapsedMs: number }> {
    const startedMs = performance.now();
    const { dimensions } = this.manifest.collection;
    if (vector.length !== dimensions) {
      throw new SragError(
        'DIMENSION_MISMATCH',
        `The question's vector has ${vector.length} dimensions, the index ${dimensions}.`,
        {
          remedy: 'Embed the question with the embedder of the collection.',
          fields: { expected: dimensions, actual: vector.length },
        },
      );
    }
    const parameters = this.#queryParameters(query);
    const where = this.#where(query);
    const found = await this.#withAllTies(topK, async (limit) =>
      (await this.#nearest(vector, limit, parameters, where)).map(({ hit, distance }) => ({
        hit: { ...hit, score: 1 - distance, scores: { vector: 1 - distance } },
      })),
    );
    return { hits: found.map(({ hit }) => hit), elapsedMs: performance.now() - startedMs };
  }

  /**
   * Returns the best `depth` results of `find`, breaking ties by id. LanceDB cuts ties arbitrarily, so the limit is
   * raised until all results that tie for the last place are included.
   */
  async #withAllTies<T extends { readonly hit: Hit }>(
    depth: number,
    find: (limit: number) => Promise<T[]>,
  ): Promise<T[]> {
    for (let limit = depth + 1; ; limit *= 2) {
      const found = (await find(limit)).sort((left, right) => byScore(left.hit, right.hit));
      const isTied = found.length === limit && found[depth - 1]?.hit.score === found.at(-1)?.hit.score;
      if (!isTied || limit >= MAX_TIES) return found.slice(0, depth);
    }
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
      // The probed lists may contain too few rows that match the filter; then the others are searched, too.
      const { partitions } = this.manifest.buildParameters;
      if (partitions !== undefined) search.maximumNprobes(Math.max(partitions, parameters.nprobes ?? 1));
    }
    return guarded('Searching vectors', () => collect(search));
  }

  async #searchText(
    text: string,
    topK: number,
    query: SearchQuery,
  ): Promise<{ hits: Hit[]; elapsedMs: number; rescoreMs: number }> {
    const startedMs = performance.now();
    const terms = lexicalQuery(text);
    if (terms.length === 0) return { hits: [], elapsedMs: performance.now() - startedMs, rescoreMs: 0 };
    const { lance } = await loadLance();
    const isRescored = query.rescore !== false;
    const depth = isRescored ? Math.max(topK, RESCORE_DEPTH) : topK;
    const matches = new lance.MatchQuery(terms.join(' '), 'terms');
    const found = await this.#withAllTies(depth, async (limit) => {
      const search = this.#table
        .query()
        .fullTextSearch(matches)
        .select([...HIT_COLUMNS, 'terms', '_score'])
        .limit(limit);
      const where = this.#where(query);
      if (where !== undefined) search.where(where);
      const candidates = await guarded('Searching words', () => collect(search));
      return candidates.map(({ hit, bm25, terms: column }) => ({
        hit: { ...hit, score: bm25 },
        terms: column,
      }));
    });
    const rescoreStartedMs = performance.now();
    const scored = isRescored ? await this.#rescored(text, found) : found.map(({ hit }) => hit);
    const hits = scored.map((hit) => ({ ...hit, scores: { lexical: hit.score } })).slice(0, topK);
    const nowMs = performance.now();
    return { hits, elapsedMs: nowMs - startedMs, rescoreMs: nowMs - rescoreStartedMs };
  }

  /** Re-orders the best BM25 hits by their re-scored values; the rest follows unchanged. */
  async #rescored(text: string, found: readonly { hit: Hit; terms: string }[]): Promise<Hit[]> {
    const head = found.slice(0, RESCORE_DEPTH);
    const candidates = head.map(({ hit, terms }) => ({
      id: hit.id,
      text: searchedText(hit),
      terms: splitColumn(terms),
    }));
    const scores = await rescore(text, candidates, this.#lexicon);
    const best = head.map(({ hit }, index) => ({ ...hit, score: scores[index]! })).sort(byScore);
    const tail = found.slice(RESCORE_DEPTH).map(({ hit }) => hit);
    const [last, next] = [best.at(-1), tail[0]];
    if (last === undefined || next === undefined) return best;
    // Re-scored values exceed BM25's: scale the rest so that it continues just below the last re-scored hit.
    const scale = (last.score / next.score) * (1 - 1e-9);
    return [...best, ...tail.map((hit) => ({ ...hit, score: hit.score * scale }))];
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

async function collect(query: AsyncIterable<RecordBatch>): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for await (const batch of query) candidates.push(...readCandidates(new BatchReader(batch)));
  return candidates;
}
