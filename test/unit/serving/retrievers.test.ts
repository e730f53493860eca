import { describe, expect, it, vi } from 'vitest';
import type { CollectionSettings } from '../../../src/core/index.ts';
import { createEmbedder, type Embedder } from '../../../src/embedders/index.ts';
import { createReranker } from '../../../src/rerankers/index.ts';
import type { OpenedIndex } from '../../../src/serving/engine.ts';
import { Retrievers, type RetrieversParts } from '../../../src/serving/retrievers.ts';

const SETTINGS: CollectionSettings = {
  formatVersion: 1,
  name: 'handbook',
  embedder: 'none',
  dimensions: 0,
  metric: 'cosine',
  chunker: { version: 1, maxTokens: 512, overlapTokens: 64 },
  fields: {},
};

/** What an index is told to read ahead when its collection is opened. */
async function readAhead(
  settings: CollectionSettings,
  embedder: Embedder | undefined,
  prefetch: RetrieversParts['prefetch'],
): Promise<{ readonly atOpening: unknown; readonly afterwards: readonly unknown[] }> {
  const index = { prefetch: vi.fn(), close: async () => {} } as unknown as OpenedIndex;
  const open = vi.fn(async () => index);
  const retrievers = new Retrievers({
    engine: {
      collection: async () => settings,
      embedderSettings: async () => ({}),
      open,
      close: async () => {},
    },
    prefetch,
    embedderOf: async () => embedder,
    reranker: () => createReranker('none', {}),
    warn: undefined,
  });
  await (await retrievers.of('handbook', undefined)).index();
  await retrievers.close();
  const [[choice]] = open.mock.calls as unknown as [[{ readonly prefetch: unknown }]];
  return { atOpening: choice.prefetch, afterwards: vi.mocked(index.prefetch!).mock.calls.flat() };
}

describe('what is read ahead of the first question', () => {
  it('follows the mode that is set, from the opening on', async () => {
    expect(await readAhead(SETTINGS, undefined, 'lexical')).toEqual({ atOpening: 'lexical', afterwards: [] });
  });

  it('follows the collection and its embedder in mode auto, once they are known', async () => {
    const hashing = (await createEmbedder('hashing', { dimensions: 8 }))!;
    const vectors = { ...SETTINGS, embedder: 'hashing:8', dimensions: 8 };
    const semantic = new Proxy(hashing, {
      get: (target, key) => (key === 'semantic' ? true : Reflect.get(target, key)),
    });
    const cases = [
      [SETTINGS, undefined, 'lexical'],
      [vectors, hashing, 'lexical'],
      [vectors, undefined, 'lexical'],
      [vectors, semantic, 'hybrid'],
    ] as const;
    for (const [settings, embedder, mode] of cases)
      expect(await readAhead(settings, embedder, undefined)).toEqual({
        atOpening: undefined,
        afterwards: [mode],
      });
  });
});
