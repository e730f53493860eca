import { describe, expect, it } from 'vitest';
import {
  createEmbedder,
  EMBEDDER_NAMES,
  embedderSettingsSchema,
} from '../../../../src/models/embedders/index.ts';

describe('the registry of embedders', () => {
  it('returns undefined for the name none, which stands for a collection without vectors', async () => {
    expect(await createEmbedder('none')).toBeUndefined();
  });

  it('suggests the nearest name in the error for an unknown one', async () => {
    await expect(createEmbedder('hasing')).rejects.toMatchObject({
      code: 'UNKNOWN_EMBEDDER',
      remedy: "Did you mean 'hashing'?",
    });
    await expect(createEmbedder('toString')).rejects.toMatchObject({ code: 'UNKNOWN_EMBEDDER' });
  });

  it.each(EMBEDDER_NAMES)('rejects an unknown setting of %s', async (name) => {
    await expect(createEmbedder(name, { dimensionz: 256 })).rejects.toMatchObject({
      code: 'UNKNOWN_CONFIG_KEY',
    });
    expect(await embedderSettingsSchema(name)).toBeDefined();
  });

  it.each([
    ['hashing', { dimensions: 7 }],
    ['bedrock-titan', { dimensions: 300 }],
    ['openai-compatible', { baseUrl: 'ftp://x', model: 'm', dimensions: 8 }],
    ['openai-compatible', { model: 'm', dimensions: 8 }],
    ['transformers', {}],
    ['transformers', { model: 'a/b' }],
    ['precomputed', {}],
  ])('rejects invalid settings of %s: %j', async (name, settings) => {
    await expect(createEmbedder(name, settings)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  });

  it('includes the model, dimensions and document prefix in the id of an embedder, but not the query prefix', async () => {
    const id = async (name: string, settings: object) => (await createEmbedder(name, settings))?.id;
    expect(await id('hashing', {})).toBe('hashing:256');
    expect(await id('bedrock-titan', { dimensions: 512 })).toBe(
      'bedrock-titan:amazon.titan-embed-text-v2:0:512',
    );
    const openAi = { baseUrl: 'http://127.0.0.1:1', model: 'e5', dimensions: 8 };
    expect(await id('openai-compatible', { ...openAi, queryPrefix: 'query: ' })).toBe(
      'openai-compatible:e5:8',
    );
    expect(await id('openai-compatible', { ...openAi, documentPrefix: 'passage: ' })).toMatch(
      /^openai-compatible:e5:8:documentPrefix=[0-9a-f]{8}$/,
    );
    expect(await id('transformers', { model: 'a/b', dimensions: 8, dtype: 'fp32' })).toBe(
      'transformers:a/b:8:dtype=fp32',
    );
    expect(await id('precomputed', { dimensions: 384 })).toBe('precomputed:384');
  });

  it('marks models as semantic, but not the hashing embedder', async () => {
    expect((await createEmbedder('hashing'))?.semantic).toBe(false);
    expect((await createEmbedder('bedrock-titan'))?.semantic).toBe(true);
  });
});
