import type { Hit, SearchQuery, SearchResult } from '../../core/index.ts';
import { searchedText } from '../../core/index.ts';
import {
  analyseToColumn,
  type Lexicon,
  lexicalQuery,
  QuestionScorer,
  splitColumn,
} from '../../documents/lexical/index.ts';
import { readLexicon } from '../lexicon-object.ts';
import { resolveParameters } from '../parameters.ts';
import type { IndexManifest, IndexParameters, OpenContext, Searcher } from '../port.ts';
import type { Bm25Hit } from '../rescored-hits.ts';
import { searchLists } from '../search-lists.ts';
import { withAllTies } from '../with-all-ties.ts';
import { OpenSearchClient, type ServerUse } from './client.ts';
import { type FoundRow, hitOf } from './documents.ts';
import { missingIndex } from './errors.ts';
import { filterQuery, type QueryClause } from './filter-query.ts';
import { MAX_CANDIDATES, type OpenSearchKind } from './kinds.ts';
import { readRecord } from './layout.ts';
import { openSearchSettings } from './settings.ts';
import { sizeOf } from './size.ts';

/** Ids per request. */
const IDS_PER_REQUEST = 1_000;
/** Maximum terms of a query; the server refuses more than 1,024 clauses. The rarest terms are kept. */
const MAX_TERMS = 1_000;
/**
 * Additional candidates of a term search, as a share. The server rounds the lengths of rows, so its order
 * differs slightly from that of the exact BM25 scores.
 */
const MARGIN = 0.25;

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
      bm25: (text, depth) => this.#bm25(text, depth, filter, query.signal, use),
    });
    const details = { openSearchRequests: use.requests, openSearchBytes: use.bytes };
    return { ...result, trace: { ...result.trace, details } };
  }

  async neighbours(documentId: string, from: number, to: number): Promise<readonly Hit[]> {
    const clauses = [{ term: { document: documentId } }, { range: { ordinal: { gte: from, lte: to } } }];
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
      const body = { query: { bool: { filter: [{ terms: { id: group } }] } }, size: group.length };
      for (const row of await this.#find(body, signal)) byId.set(row._source.id, hitOf(row));
    }
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  async count(ids: readonly string[]): Promise<number> {
    let count = 0;
    for (const group of groupsOf(ids)) {
      const { json } = await this.#send('_count', 'Counting rows', { query: { terms: { id: group } } });
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
    const query = this.#kind.nearest({ vector, k: limit, filter, metric, parameters });
    const found = await this.#find({ query, size: limit }, signal, use);
    return found.map((row) => {
      const score = this.#kind.scoreOf(row._score ?? 0, metric);
      return { hit: { ...hitOf(row), score, scores: { vector: score } } };
    });
  }

  /** The best rows by BM25: the server's candidates, scored exactly with the corpus statistics of the version. */
  async #bm25(
    text: string,
    depth: number,
    filter: QueryClause | undefined,
    signal: AbortSignal | undefined,
    use: ServerUse,
  ): Promise<Bm25Hit[]> {
    const { lexicon } = this.#opened;
    const scorer = new QuestionScorer(text, lexicon);
    const should = termClauses(text, lexicon);
    if (should.length === 0) return [];
    return withAllTies(depth, async (limit) => {
      const query = { bool: { should, minimum_should_match: 1, ...(filter && { filter: [filter] }) } };
      const size = Math.min(MAX_CANDIDATES, Math.ceil(limit * (1 + MARGIN)) + 10);
      const found = await this.#find({ query, size }, signal, use);
      const scored = found.map((row) => {
        const hit = hitOf(row);
        const terms = analyseToColumn(searchedText(hit));
        return { hit: { ...hit, score: scorer.bm25(splitColumn(terms)) }, terms };
      });
      return scored.sort((left, right) => right.hit.score - left.hit.score).slice(0, limit);
    });
  }

  async #find(body: object, signal?: AbortSignal, use?: ServerUse): Promise<readonly FoundRow[]> {
    const path = '_search?allow_partial_search_results=false&filter_path=hits.hits._score,hits.hits._source';
    const { json } = await this.#send(path, 'Searching', { track_total_hits: false, ...body }, signal, use);
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

/** One clause for each different term of a question, weighted by its occurrences. */
function termClauses(text: string, lexicon: Lexicon): readonly QueryClause[] {
  const counts = new Map<string, number>();
  for (const term of lexicalQuery(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  let terms = [...counts.keys()];
  if (terms.length > MAX_TERMS) {
    const rows = (term: string): number => lexicon.termDocumentFrequency(term);
    terms = terms
      .filter((term) => rows(term) > 0)
      .sort((left, right) => rows(left) - rows(right))
      .slice(0, MAX_TERMS);
  }
  return terms.map((term) => ({ term: { terms: { value: term, boost: counts.get(term) } } }));
}

function* groupsOf(ids: readonly string[]): Iterable<readonly string[]> {
  for (let start = 0; start < ids.length; start += IDS_PER_REQUEST)
    yield ids.slice(start, start + IDS_PER_REQUEST);
}
