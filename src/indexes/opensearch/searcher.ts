import type { Hit, SearchQuery, SearchResult } from '../../core/index.ts';
import type { Lexicon } from '../../documents/lexical/index.ts';
import { readLexicon } from '../lexicon-object.ts';
import { resolveParameters } from '../parameters.ts';
import type { IndexManifest, IndexParameters, OpenContext, Searcher } from '../port.ts';
import { searchLists } from '../search-lists.ts';
import { withAllTies } from '../with-all-ties.ts';
import { OpenSearchClient, type ServerUse } from './client.ts';
import { type FoundRow, hitOf } from './documents.ts';
import { missingIndex, unexpectedAnswer } from './errors.ts';
import { filterQuery, type QueryClause } from './filter-query.ts';
import { MAX_CANDIDATES, type OpenSearchKind } from './kinds.ts';
import { hashOf, readRecord } from './layout.ts';
import { openSearchSettings } from './settings.ts';
import { sizeOf } from './size.ts';
import { bm25Hits } from './term-search.ts';

/** Ids per request. */
const IDS_PER_REQUEST = 1_000;
const SEARCH_PATH =
  '_search?allow_partial_search_results=false&filter_path=took,hits.hits._score,hits.hits._source';
const GLOBAL_STATISTICS = 'search_type=dfs_query_then_fetch';

/** Opens a version: reads the name of its index and its lexicon. The server is contacted by the first search. */
export async function openOpenSearchIndex(
  kind: OpenSearchKind,
  manifest: IndexManifest,
  context: OpenContext,
): Promise<Searcher> {
  const client = new OpenSearchClient(openSearchSettings(context.servers));
  try {
    const [index, lexicon] = await Promise.all([
      readRecord(context.storage, context.prefix),
      readLexicon(context),
    ]);
    return new OpenSearchSearcher(kind, manifest, { client, index, lexicon });
  } catch (error) {
    client.close();
    throw error;
  }
}

interface OpenedIndex {
  readonly client: OpenSearchClient;
  /** Name of the index on the server. */
  readonly index: string;
  readonly lexicon: Lexicon;
}

class OpenSearchSearcher implements Searcher {
  readonly manifest: IndexManifest;
  readonly #kind: OpenSearchKind;
  readonly #opened: OpenedIndex;

  constructor(kind: OpenSearchKind, manifest: IndexManifest, opened: OpenedIndex) {
    this.manifest = manifest;
    this.#kind = kind;
    this.#opened = opened;
  }

  async search(query: SearchQuery): Promise<SearchResult> {
    const use: ServerUse = { requests: 0, bytes: 0 };
    const parameters = this.#queryParameters(query.parameters);
    const filter = query.filter && filterQuery(query.filter);
    const { dimensions } = this.manifest.collection;
    const result = await searchLists(query, dimensions, this.#opened.lexicon, {
      vector: (vector, depth) =>
        withAllTies(depth, (limit) =>
          this.#nearest({ vector, limit, filter, parameters }, query.signal, use),
        ).then((found) => found.map(({ hit }) => hit)),
      bm25: (text, depth) => {
        // With several shards, the statistics of all of them are used.
        const path =
          this.manifest.buildParameters.shards! > 1 ? `${SEARCH_PATH}&${GLOBAL_STATISTICS}` : SEARCH_PATH;
        const find = (body: object) => this.#find(body, query.signal, use, path);
        return bm25Hits({ text, depth, filter, find }, this.#opened.lexicon);
      },
    });
    const details = { openSearchRequests: use.requests, openSearchBytes: use.bytes };
    return { ...result, trace: { ...result.trace, details } };
  }

  async neighbours(documentId: string, from: number, to: number): Promise<readonly Hit[]> {
    const clauses = [
      { term: { document: hashOf(documentId) } },
      { range: { ordinal: { gte: from, lte: to } } },
    ];
    const found = await this.#find({
      query: { bool: { filter: clauses } },
      size: Math.min(MAX_CANDIDATES, Math.max(0, to - from + 1)),
      sort: ['ordinal'],
    });
    return found.map(hitOf);
  }

  async chunks(ids: readonly string[], signal?: AbortSignal): Promise<readonly Hit[]> {
    const byId = new Map<string, Hit>();
    for (const group of groupsOf(ids)) {
      const body = {
        query: { bool: { filter: [{ terms: { key: group.map(hashOf) } }] } },
        size: group.length,
      };
      for (const row of await this.#find(body, signal)) byId.set(row._source.chunk.id, hitOf(row));
    }
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  async count(ids: readonly string[]): Promise<number> {
    let count = 0;
    for (const group of groupsOf(ids)) {
      const { json } = await this.#send('_count', 'Counting rows', {
        query: { terms: { key: group.map(hashOf) } },
      });
      count += Number(json.count);
    }
    return count;
  }

  async describe(): Promise<Readonly<Record<string, string | number>>> {
    const { client, index } = this.#opened;
    const sizeBytes = await sizeOf(client, index).catch(() => undefined);
    return {
      rows: this.manifest.chunks,
      index,
      server: new URL(client.settings.url).origin,
      ...(sizeBytes === undefined
        ? {}
        : { sizeBytes, bytesPerRow: Math.round(sizeBytes / Math.max(1, this.manifest.chunks)) }),
    };
  }

  async close(): Promise<void> {
    this.#opened.client.close();
  }

  async #nearest(
    {
      vector,
      limit,
      filter,
      parameters,
    }: {
      readonly vector: Float32Array;
      readonly limit: number;
      readonly filter: QueryClause | undefined;
      readonly parameters: IndexParameters;
    },
    signal: AbortSignal | undefined,
    use: ServerUse,
  ): Promise<{ hit: Hit }[]> {
    const { metric } = this.manifest.collection;
    const k = Math.min(limit, MAX_CANDIDATES);
    const query = this.#kind.nearest({ vector, k, filter, metric, parameters });
    const found = await this.#find({ query, size: k }, signal, use);
    return found.map((row) => {
      const score = this.#kind.scoreOf(row._score ?? 0, metric);
      return { hit: { ...hitOf(row), score, scores: { vector: score } } };
    });
  }

  async #find(
    body: object,
    signal?: AbortSignal,
    use?: ServerUse,
    path = SEARCH_PATH,
  ): Promise<readonly FoundRow[]> {
    const { json } = await this.#send(path, 'Searching', { track_total_hits: false, ...body }, signal, use);
    if (json.took === undefined) throw unexpectedAnswer('Searching', 'took');
    return (json.hits as { hits?: readonly FoundRow[] } | undefined)?.hits ?? [];
  }

  async #send(path: string, action: string, body: object, signal?: AbortSignal, use?: ServerUse) {
    const { client, index } = this.#opened;
    const request = {
      method: 'POST',
      path: `/${index}/${path}`,
      action,
      body,
      signal,
      accept: [404],
    } as const;
    const response = await client.send(request, use);
    if (response.status === 404) throw missingIndex(this.manifest.version, index);
    return response;
  }

  #queryParameters(given: SearchQuery['parameters']): IndexParameters {
    const { queryParameters, collection, chunks, kind } = this.manifest;
    if (given === undefined) return queryParameters;
    const size = { rows: chunks, dimensions: collection.dimensions };
    return resolveParameters(kind, this.#kind.parameters, 'query', { ...queryParameters, ...given }, size);
  }
}

function* groupsOf(ids: readonly string[]): Iterable<readonly string[]> {
  for (let start = 0; start < ids.length; start += IDS_PER_REQUEST)
    yield ids.slice(start, start + IDS_PER_REQUEST);
}
