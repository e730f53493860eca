import { describe, expect, it } from 'vitest';
import { extractAnswer } from '../../../../../src/models/generators/extractive/extract.ts';

const PASSAGES = [
  'The red pump of Gibraltar was built in 1871.',
  'The red pump of Gibraltar was painted twice.',
  'Its mechanism came from a shipyard.',
].map((text, index) => ({
  ...{ marker: index + 1, chunkId: `c${index}`, documentId: `d${index}` },
  ...{ title: '', headingPath: [], text, score: 10 - index },
}));

/** The texts that are quoted if vectors strongly prefer the unit that contains a word. */
async function quotedWith(question: string, preferred?: string): Promise<string[]> {
  const similarities = async (texts: readonly string[]): Promise<number[]> =>
    texts.map((text) => (text.includes(preferred!) ? 10 : 0));
  const { quotations } = await extractAnswer({
    question,
    passages: PASSAGES,
    maxOutputTokens: 800,
    similarities: preferred === undefined ? undefined : similarities,
  });
  return quotations.map(({ text }) => text);
}

describe('extractAnswer with vectors', () => {
  it('quotes first what the vectors prefer among similar units', async () => {
    const question = 'What happened to the red pump of Gibraltar?';
    expect((await quotedWith(question, 'built'))[0]).toContain('1871');
    expect((await quotedWith(question, 'painted'))[0]).toContain('painted');
  });

  it('does not refuse an answer in other words that the vectors prefer', async () => {
    const question = 'When was the red pump of Gibraltar built?';
    expect(await quotedWith(question)).not.toEqual([]);
    expect(await quotedWith(question, 'shipyard')).not.toEqual([]);
  });

  it('refuses what neither the words nor the vectors find', async () => {
    expect(await quotedWith('Who won the chess championship?', 'chess')).toEqual([]);
  });
});
