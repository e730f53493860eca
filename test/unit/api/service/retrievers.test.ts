import { describe, expect, it, vi } from 'vitest';
import type { Engine, OpenedIndex } from '../../../../src/api/service/engine.ts';
import { firstReads } from '../../../../src/api/service/first-reads.ts';
import { Retrievers } from '../../../../src/api/service/retrievers.ts';
import type { CollectionSettings } from '../../../../src/core/index.ts';
import { createEmbedder, type Embedder } from '../../../../src/models/embedders/index.ts';
import { createReranker } from '../../../../src/models/rerankers/index.ts';

const SETTINGS: CollectionSettings = {
  formatVersion: 1,
  name: 'handbook',
  embedder: 'none',
  dimensions: 0,
  metric: 'cosine',
  chunker: { version: 1, maxTokens: 512, overlapTokens: 64 },
  fields: {},
};

/** Opens a collection by concurrent requests with these hints; returns the prefetch passed to the engine. */
async function prefetch(
  settings: CollectionSettings,
  embedder: Embedder | undefined,
  hints: readonly ReturnType<typeof firstReads>[],
): Promise<unknown> {
  const index = { close: async () => {} } as unknown as OpenedIndex;
  const open = vi.fn<Engine['open']>(async () => index);
  const retrievers = new Retrievers({
    engine: {
      collection: async () => settings,
      embedderSettings: async () => ({}),
      open,
      close: async () => {},
    },
    embedderOf: async () => embedder,
    reranker: () => createReranker('none', {}),
    warn: undefined,
  });
  await Promise.all(hints.map((hint) => retrievers.of('handbook', undefined, hint)));
  await retrievers.close();
  expect(open).toHaveBeenCalledOnce();
  return open.mock.calls[0]![0].prefetch;
}

describe('the prefetch for the first question', () => {
  it.each([
    [{ question: 'why' }, 'lexical', 'lexical'],
    [{ question: 'why', mode: 'hybrid' }, 'lexical', 'hybrid'],
    [{ vector: [1] }, 'auto', 'vector'],
    [{ vector: [1], question: '' }, 'auto', 'vector'],
    [{ vector: [1], question: 'why' }, 'auto', 'hybrid'],
    [{ question: 'why' }, 'auto', undefined],
    [{ question: 'why', mode: 'auto' }, 'vector', undefined],
  ] as const)('depends on the request %o and the default mode %s', (request, usual, prefetch) => {
    expect(firstReads(request, usual)).toBe(prefetch);
  });

  it('follows the first request that has a hint, even if an earlier request is already opening the collection', async () => {
    expect(await prefetch(SETTINGS, undefined, ['vector'])).toBe('vector');
    expect(await prefetch(SETTINGS, undefined, [undefined, 'hybrid', 'vector'])).toBe('hybrid');
  });

  it('depends on the collection and its embedder in mode auto', async () => {
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
      expect(await prefetch(settings, embedder, [undefined])).toBe(mode);
  });
});

it('a caller can retry immediately after opening has failed', async () => {
  let tries = 0;
  const retrievers = new Retrievers({
    engine: {
      collection: async () => {
        tries += 1;
        if (tries === 1) throw new Error('unreachable');
        return SETTINGS;
      },
      embedderSettings: async () => ({}),
      open: async () => ({ close: async () => {} }) as unknown as OpenedIndex,
      close: async () => {},
    },
    embedderOf: async () => undefined,
    reranker: () => createReranker('none', {}),
    warn: undefined,
  });
  const opened = retrievers.of('handbook', undefined).catch(() => retrievers.of('handbook', undefined));
  expect((await opened).settings).toBe(SETTINGS);
  await retrievers.close();
});
