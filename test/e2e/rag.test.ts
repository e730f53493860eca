import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createRag,
  type Embedder,
  type GenerationRequest,
  type Generator,
  type RagOptions,
  type Reranker,
} from '../../src/index.ts';

/** Embeds a text as its letter counts, so that texts with similar letters are near each other. */
const letters: Embedder = {
  id: 'letters:26',
  dimensions: 26,
  semantic: true,
  batchSize: 8,
  embedDocuments: async (texts) => ({
    vectors: Float32Array.from(texts.flatMap((text) => [...countsOf(text)])),
  }),
  embedQuery: async (text) => ({ vectors: countsOf(text) }),
};

function countsOf(text: string): Float32Array {
  const counts = new Float32Array(26).fill(0.01);
  for (const letter of text.toLowerCase().replace(/[^a-z]/g, '')) counts[letter.charCodeAt(0) - 97]! += 1;
  const length = Math.hypot(...counts);
  return counts.map((count) => count / length);
}

/** A generator that repeats its first passage and records its requests. */
class Parrot implements Generator {
  readonly id = 'parrot';
  readonly requests: GenerationRequest[] = [];

  async *generate(request: GenerationRequest) {
    this.requests.push(request);
    yield { kind: 'token' as const, text: `${request.passages[0]?.text}` };
    yield { kind: 'token' as const, text: ' [1]' };
    yield { kind: 'end' as const, stopReason: 'complete' as const, notFound: false };
  }
}

const reversed: Reranker = {
  id: 'reversed',
  rerank: async ({ hits, topK }) => hits.toReversed().slice(0, topK),
};

const DOCUMENTS = [
  { id: 'garage', text: 'The garage has forty-one places.', metadata: { floor: 1 } },
  { id: 'kitchen', title: 'Kitchen', text: 'The colour of the kettle is blue.' },
];

describe('createRag', () => {
  let folder: string;
  const open = (options: RagOptions = {}) => createRag({ location: '.srag', ...options }, folder);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'srag-rag-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('ingests documents in memory, replaces them by id and answers with citations', async () => {
    const rag = await open();
    const first = await rag.ingest(DOCUMENTS);
    expect(first.report.documents).toMatchObject({ added: 2, failed: 0 });
    expect(first.index.kind).toBe('snapshot');
    expect(await rag.ask('What colour is the kettle?')).toMatchObject({
      answer: 'The colour of the kettle is blue. [1]',
      citations: [{ documentId: 'kitchen', quote: 'The colour of the kettle is blue.' }],
    });
    const second = await rag.ingest([{ id: 'kitchen', text: 'The colour of the kettle is green.' }]);
    expect(second.report.documents).toMatchObject({ updated: 1, removed: 0 });
    expect((await rag.ask('What colour is the kettle?')).answer).toBe(
      'The colour of the kettle is green. [1]',
    );
    expect((await rag.search('garage')).hits[0]).toMatchObject({
      documentId: 'garage',
      metadata: { floor: 1 },
    });
    await rag.close();
  });

  it('streams the parts of the answer, and also returns the complete answer', async () => {
    const rag = await open({ generator: new Parrot() });
    await rag.ingest(DOCUMENTS);
    const stream = rag.askStream('garage');
    const pieces: string[] = [];
    let result = await stream.next();
    for (; !result.done; result = await stream.next()) pieces.push(result.value);
    expect(pieces.join('')).toBe(result.value.answer);
    expect(result.value).toMatchObject({ answer: 'The garage has forty-one places. [1]', notFound: false });
    await rag.close();
  });

  it('understands a question that refers to earlier turns', async () => {
    const generator = new Parrot();
    const rag = await open({ generator });
    await rag.ingest(DOCUMENTS);
    const history = [{ question: 'Where is the kettle?', answer: 'The kettle is in the kitchen.' }];
    const { trace, answer } = await rag.ask('Which colour does it have?', { history });
    expect(answer).toContain('blue');
    expect(trace.searchedQuestion).toMatch(/^Which colour does it have\? \(kettle, /);
    expect(generator.requests).toMatchObject([
      {
        question: 'Which colour does it have? (kettle, kitchen)',
        asked: 'Which colour does it have?',
        history,
      },
    ]);
    expect((await rag.ask('Which colour does the kettle have?')).trace.searchedQuestion).toBeUndefined();
    await rag.close();
  });

  it('uses an embedder, a generator, a reranker and instructions of the application', async () => {
    const generator = new Parrot();
    const own = {
      ...{ embedder: letters, generator },
      answer: { instructions: 'Answer in rhymes.', language: 'ko', systemPrompt: 'You are a poet.' },
    };
    const rag = await open(own);
    await rag.ingest(DOCUMENTS);
    const found = await rag.search('kettle');
    expect(found).toMatchObject({
      mode: 'hybrid',
      hits: [{ documentId: 'kitchen' }, { documentId: 'garage' }],
    });
    await rag.ask('kettle');
    expect(generator.requests).toMatchObject([{ question: 'kettle', ...own.answer }]);
    await rag.close();
    const other = await open({ ...own, reranker: reversed });
    expect((await other.search('kettle')).hits[0]?.documentId).toBe('garage');
    await other.close();
  });

  it('refuses an embedder other than that of the collection', async () => {
    const rag = await open({ embedder: letters });
    await rag.ingest(DOCUMENTS);
    await rag.close();
    const other = await open({ embedder: { ...letters, id: 'other:26' } });
    await expect(other.search('kettle', { mode: 'vector' })).rejects.toMatchObject({
      code: 'EMBEDDER_MISMATCH',
    });
    await other.close();
  });

  it('refuses a search before the first ingest, and an ingest of both paths and documents in one call', async () => {
    const rag = await open();
    await expect(rag.search('kettle')).rejects.toMatchObject({ code: 'UNKNOWN_COLLECTION' });
    const mixed = ['docs', DOCUMENTS[0]!] as unknown as string[];
    await expect(rag.ingest(mixed)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await rag.close();
  });
});
