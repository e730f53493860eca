import { describe, expect, it } from 'vitest';
import type { Hit, SearchQuery } from '../../../../src/core/index.ts';
import { createReranker } from '../../../../src/models/rerankers/index.ts';
import { Retriever, type SearchedIndex } from '../../../../src/query/retrieval/index.ts';
import { testSettings } from '../../../support/chunks.ts';

const manifest = { kind: 'test', version: 'v1' };

/** A searcher whose ranking has 60 chunks of one document, then one chunk each of eight others. */
class RankedSearcher implements SearchedIndex {
  readonly manifest = manifest;
  readonly asked: SearchQuery[] = [];
  readonly #ranked: readonly Hit[] = Array.from({ length: 68 }, (_, rank): Hit => {
    const documentId = rank < 60 ? 'long' : `short${rank}`;
    const id = `${documentId}-${String(rank).padStart(2, '0')}`;
    return {
      id,
      documentId,
      ordinal: rank,
      title: '',
      text: id,
      start: 0,
      end: id.length,
      headingPath: [],
      metadata: {},
      score: 100 - rank,
      scores: { lexical: 100 - rank },
    };
  });

  async search(query: SearchQuery) {
    this.asked.push(query);
    return { hits: this.#ranked.slice(0, query.topK), trace: { totalMs: 1 } };
  }
  async neighbours(documentId: string, from: number, to: number) {
    return this.#ranked.filter(
      (hit) => hit.documentId === documentId && hit.ordinal >= from && hit.ordinal <= to,
    );
  }
  chunks = async () => [];
  close = async () => {};
}

async function retrieverOver(searcher: SearchedIndex, reranker = 'none'): Promise<Retriever> {
  return new Retriever({
    collection: testSettings(0),
    embedder: undefined,
    reranker: await createReranker(reranker),
    openSearcher: async () => searcher,
  });
}

describe('Retriever', () => {
  it('increases the search depth until it finds hits of enough different documents', async () => {
    const searcher = new RankedSearcher();
    const { hits } = await (await retrieverOver(searcher)).retrieve({
      question: 'q',
      topK: 5,
      perDocument: 1,
    });
    expect(hits.map(({ documentId }) => documentId)).toEqual([
      'long',
      'short60',
      'short61',
      'short62',
      'short63',
    ]);
    expect(searcher.asked.map(({ topK }) => topK)).toEqual([25, 125]);
  });

  it('uses the same index version for all searches of a question, and reports it', async () => {
    const [first, second] = [new RankedSearcher(), new RankedSearcher()];
    let isReplaced = false;
    const pinned = {
      manifest: { kind: 'test', version: 'v1' },
      search: (query: SearchQuery) => {
        isReplaced = true;
        return first.search(query);
      },
      neighbours: first.neighbours.bind(first),
      chunks: async () => [],
    };
    const replaced = { manifest: { kind: 'test', version: 'v2' }, neighbours: async () => [] };
    const following = {
      get manifest() {
        return isReplaced ? replaced.manifest : pinned.manifest;
      },
      current: () => pinned,
      search: second.search.bind(second),
      neighbours: replaced.neighbours,
      chunks: async () => [],
      close: async () => {},
    };
    const found = await (await retrieverOver(following)).retrieve({ question: 'q', topK: 2, neighbours: 1 });
    expect(found.trace.index.version).toBe('v1');
    expect(first.asked).toHaveLength(1);
    expect(second.asked).toEqual([]);
    expect(found.hits[1]?.neighbours?.map(({ text }) => text)).toContain('long-00');
  });

  it('searches only once, for topK hits, if it does not remove any hits', async () => {
    const searcher = new RankedSearcher();
    const { hits, mode } = await (await retrieverOver(searcher)).retrieve({ question: 'q', topK: 7 });
    expect([hits.length, mode]).toEqual([7, 'lexical']);
    expect(searcher.asked).toHaveLength(1);
  });

  it('removes hits below the minimum score', async () => {
    const { hits } = await (await retrieverOver(new RankedSearcher())).retrieve({
      question: 'q',
      topK: 50,
      minScore: 98,
    });
    expect(hits.map(({ score }) => score)).toEqual([100, 99, 98]);
  });

  it('adds neighbouring chunks without changing the hit', async () => {
    const { hits } = await (await retrieverOver(new RankedSearcher())).retrieve({
      question: 'q',
      topK: 2,
      neighbours: 1,
    });
    expect(hits[1]!.text).toBe('long-01');
    expect(hits[1]!.neighbours!.map(({ id }) => id)).toEqual(['long-00', 'long-02']);
  });

  it('reports a cold start only for the first question, and requests more than topK hits to rerank', async () => {
    const searcher = new RankedSearcher();
    const retriever = await retrieverOver(searcher, 'mmr');
    const first = await retriever.retrieve({ question: 'q', topK: 3 });
    const second = await retriever.retrieve({ question: 'q', topK: 3 });
    expect([first.trace.coldStart, second.trace.coldStart]).toEqual([true, false]);
    expect(first.hits).toHaveLength(3);
    expect(searcher.asked[0]!.topK).toBe(15);
    expect(first.trace.stages.rerankMs).toBeGreaterThanOrEqual(0);
  });

  it('retries to open the searcher at the next question if opening fails', async () => {
    const searcher = new RankedSearcher();
    let attempts = 0;
    const retriever = new Retriever({
      collection: testSettings(0),
      embedder: undefined,
      reranker: await createReranker('none'),
      openSearcher: async () => {
        attempts += 1;
        if (attempts === 1) throw new Error('not yet');
        return searcher;
      },
    });
    await expect(retriever.retrieve({ question: 'q' })).rejects.toThrow('not yet');
    expect((await retriever.retrieve({ question: 'q' })).hits).toHaveLength(10);
  });
});
