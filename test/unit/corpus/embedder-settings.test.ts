import { describe, expect, it } from 'vitest';
import { readEmbedderSettings, rememberEmbedderSettings } from '../../../src/corpus/index.ts';
import { MemoryStorage } from '../../support/memory-storage.ts';

const COLLECTION = { name: 'notes', embedder: 'openai-compatible:m:8' };
const KEY = 'notes/embedder.json';
const textOf = async (storage: MemoryStorage): Promise<string> =>
  new TextDecoder().decode((await storage.read(KEY)).bytes);

describe('stored embedder settings', () => {
  it('are those of the last ingest, but contain no secrets and no URLs that include a password', async () => {
    const storage = new MemoryStorage();
    await rememberEmbedderSettings(storage, COLLECTION, {
      ...{ model: 'm', dimensions: 8, maxTokens: 64, apiKey: 'one', accessToken: 'two' },
      ...{ baseUrl: 'https://user:three@models.example/v1', headers: { 'x-any': 'four' } },
    });
    const kept = { model: 'm', dimensions: 8, maxTokens: 64 };
    expect(await readEmbedderSettings(storage, COLLECTION)).toEqual(kept);
    expect(await textOf(storage)).not.toMatch(/one|two|three|four/);
    await rememberEmbedderSettings(storage, COLLECTION, { baseUrl: 'http://localhost:1234/v1' });
    expect(await readEmbedderSettings(storage, COLLECTION)).toEqual({ baseUrl: 'http://localhost:1234/v1' });
  });

  it('are ignored if an earlier collection of the same name stored them for another embedder', async () => {
    const storage = new MemoryStorage();
    await rememberEmbedderSettings(storage, COLLECTION, { model: 'm' });
    const other = { ...COLLECTION, embedder: 'openai-compatible:n:8' };
    expect(await readEmbedderSettings(storage, other)).toEqual({});
  });

  it.each(['none', 'hashing:256', 'precomputed:384'])(
    'are neither stored nor read for %s',
    async (embedder) => {
      const storage = new MemoryStorage();
      await rememberEmbedderSettings(storage, { name: 'notes', embedder }, { dimensions: 256 });
      expect(await readEmbedderSettings(storage, { name: 'notes', embedder })).toEqual({});
      expect(storage.reads).toEqual([]);
    },
  );

  it('cause DAMAGED_STORE with a remedy if they are damaged', async () => {
    const storage = new MemoryStorage();
    await storage.write(KEY, new TextEncoder().encode('{"formatVersion": 2}'));
    await expect(readEmbedderSettings(storage, COLLECTION)).rejects.toMatchObject({
      code: 'DAMAGED_STORE',
      remedy: expect.stringContaining('--embedder-settings'),
    });
  });
});
