import { describe, expect, it } from 'vitest';
import { gatherEvidence } from '../../../../../src/models/generators/extractive/evidence.ts';
import { candidatesOf } from '../../../../../src/models/generators/extractive/extract.ts';
import { parseQuestion } from '../../../../../src/models/generators/extractive/question/question.ts';
import {
  chancesWith,
  compareVectors,
  figuresOf,
} from '../../../../../src/models/generators/extractive/vectors.ts';

const QUESTION = parseQuestion('When is the harbour closed?');
const TEXT = 'The harbour is closed on Sunday. The office is red. Boats wait outside.';

async function candidates() {
  const passage = { marker: 1, chunkId: 'c', documentId: 'd', title: 'Rules', text: TEXT, score: 3 };
  const evidence = await gatherEvidence(QUESTION, [{ ...passage, headingPath: ['Port', 'Hours'] }]);
  return candidatesOf(evidence);
}

describe('compareVectors', () => {
  it('embeds units with the heading above them', async () => {
    let embedded: readonly string[] = [];
    await compareVectors(QUESTION, await candidates(), async (texts) => {
      embedded = texts;
      return texts.map(() => 0);
    });
    expect(embedded).toContain('Hours: The office is red.');
  });

  it('measures nearness from 0, as near as unrelated sentences, to 1, the same, whatever cosines the embedder gives', async () => {
    const found = await candidates();
    for (const [unrelated, near] of [
      [0, 0.5],
      [0.7, 0.85],
    ] as const) {
      const nearness = await compareVectors(QUESTION, found, async (texts) =>
        texts.map((text) => (text.includes('office') ? near : unrelated)),
      );
      expect(nearness.nearest).toBeCloseTo(0.5);
      expect(nearness.of(found[0]!.evidence)).toBeCloseTo(0);
    }
  });

  it('gives near units a higher probability, and the place with them a higher figure', async () => {
    const found = await candidates();
    const at = found.findIndex(({ evidence }) => evidence.unit.text.includes('office'));
    const nearness = await compareVectors(QUESTION, found, async (texts) =>
      texts.map((text) => (text.includes('office') ? 0.9 : 0)),
    );
    const compared = chancesWith(found, nearness, { score: 1, nearness: 2 });
    expect(compared[at]!.chance).toBeGreaterThan(found[at]!.chance);
    expect(compared.reduce((sum, { chance }) => sum + chance, 0)).toBeCloseTo(1);
    const place = { passage: found[at]!.passage, candidates: [compared[at]!], chance: 1 };
    expect(figuresOf(nearness, [place], 0.5)).toEqual({
      words: 0,
      nearest: nearness.nearest,
      mean: nearness.mean,
      best: nearness.nearest,
    });
  });
});
