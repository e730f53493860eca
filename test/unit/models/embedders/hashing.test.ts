import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dotProduct } from '../../../../src/core/index.ts';
import {
  createEmbedder,
  EMBEDDER_NAMES,
  embedderLabel,
  isSemantic,
} from '../../../../src/models/embedders/index.ts';

const embed = async (text: string, dimensions = 256): Promise<Float32Array> =>
  (await (await createEmbedder('hashing', { dimensions }))!.embedQuery(text)).vectors;

describe('the hashing embedder', () => {
  it('returns a vector of unit length for any non-empty text', async () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 8, max: 64 }), async (value, dimensions) => {
        const vector = await embed(value, dimensions);
        expect(dotProduct(vector, vector)).toBeCloseTo(1, 4);
      }),
    );
  });

  it.each(['   ', '!?', '\u0000', '\ud800', '한', 'a'])(
    'returns a vector of unit length for %j',
    async (text) => {
      const vector = await embed(text, 8);
      expect(dotProduct(vector, vector)).toBeCloseTo(1, 5);
    },
  );

  it('returns more similar vectors for texts that share words or parts of words, in English and Korean', async () => {
    const near = dotProduct(await embed('deploying the function'), await embed('a function is deployed'));
    const far = dotProduct(await embed('deploying the function'), await embed('bread from an oven'));
    expect(near).toBeGreaterThan(far + 0.2);
    const korean = dotProduct(await embed('함수를 배포합니다'), await embed('함수의 배포'));
    expect(korean).toBeGreaterThan(
      dotProduct(await embed('함수를 배포합니다'), await embed('빵을 굽는다')) + 0.1,
    );
  });

  it('ignores case and compatibility forms', async () => {
    expect(dotProduct(await embed('Ａｂｃ Lambda'), await embed('abc LAMBDA'))).toBeCloseTo(1, 5);
  });

  it('returns the same numbers in every version, because stored vectors depend on them', async () => {
    const vector = await embed('srag', 8);
    expect(Array.from(vector, (component) => Number(component.toFixed(4)))).toMatchInlineSnapshot(`
      [
        -0.6547,
        0.4364,
        0,
        0,
        0.4364,
        0,
        0,
        0.4364,
      ]
    `);
  });
});

describe('the label of an embedder id', () => {
  it('warns if the embedder is not semantic', () => {
    expect([embedderLabel('hashing:256'), isSemantic('hashing:256')]).toEqual([
      'hashing:256 (not semantic)',
      false,
    ]);
    expect([embedderLabel('none'), isSemantic('transformers:m:384')]).toEqual(['none', true]);
  });

  it.each(EMBEDDER_NAMES)('of %s agrees with the adapter on whether it is semantic', async (name) => {
    const settings = {
      'openai-compatible': { baseUrl: 'http://127.0.0.1:1', model: 'm', dimensions: 8 },
      transformers: { model: 'm', dimensions: 8 },
      precomputed: { dimensions: 8 },
    }[name as string];
    const embedder = await createEmbedder(name, settings);
    if (embedder !== undefined) expect(isSemantic(embedder.id)).toBe(embedder.semantic);
  });
});
