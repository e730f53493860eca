import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gatherEvidence } from '../../../../../src/models/generators/extractive/evidence.ts';
import { candidatesOf } from '../../../../../src/models/generators/extractive/extract.ts';
import { parseQuestion } from '../../../../../src/models/generators/extractive/question/question.ts';
import { type Candidate, selectPlaces } from '../../../../../src/models/generators/extractive/select.ts';

const QUESTION = 'What is the red pump?';

/** The units of texts as candidates, with the given chances; the rest of the probability is shared. */
async function candidates(
  texts: readonly string[],
  chances: Readonly<Record<string, number>> = {},
  question = QUESTION,
) {
  const passages = texts.map((text, index) => ({
    ...{ marker: index + 1, chunkId: `c${index}`, documentId: `d${index}` },
    ...{ title: '', headingPath: [], text, score: 10 - index },
  }));
  const found = candidatesOf(await gatherEvidence(parseQuestion(question), passages));
  const given = (candidate: Candidate) => chances[candidate.evidence.unit.text];
  const others = found.filter((candidate) => given(candidate) === undefined).length;
  const rest = 1 - Object.values(chances).reduce((sum, chance) => sum + chance, 0);
  return found.map((candidate) => ({ ...candidate, chance: given(candidate) ?? rest / others }));
}

const textsOf = (places: ReturnType<typeof selectPlaces>) =>
  places.map((place) => place.candidates.map(({ evidence }) => evidence.unit.text).join(' '));

const FILLER =
  'The harbour holds forty boats and the office opens at eight in the morning on most days of the week.';
const HARBOUR = Array.from({ length: 8 }, (_, index) => `${index} ${FILLER}`);

describe('selectPlaces', () => {
  it('selects nothing without candidates', () => {
    expect(selectPlaces([], 600)).toEqual([]);
  });

  it('selects the most probable unit, and a second place only if it adds enough', async () => {
    const texts = [
      `${HARBOUR.join(' ')} Doors are painted red.`,
      `${FILLER.slice(4)} Pumps are made of brass.`,
    ];
    const clear = await candidates(texts, {
      'Doors are painted red.': 0.98,
      'Pumps are made of brass.': 0.01,
    });
    expect(textsOf(selectPlaces(clear, 600))).toEqual(['Doors are painted red.']);
    const two = await candidates(texts, { 'Doors are painted red.': 0.45, 'Pumps are made of brass.': 0.54 });
    expect(textsOf(selectPlaces(two, 600))).toEqual(['Pumps are made of brass.', 'Doors are painted red.']);
  });

  it('does not repeat a place that another passage contains in nearly the same words', async () => {
    const same = 'The old red pump was built by Ada Merrow in 1871.';
    const again = 'The old red pump was built by Ada Merrow in 1871 too.';
    const found = await candidates([same, again], { [same]: 0.5, [again]: 0.5 });
    expect(textsOf(selectPlaces(found, 600))).toEqual([same]);
  });

  it('adds the introduction of an item or row, and the sentence to which a unit refers', async () => {
    const items = await candidates(['The pump has these parts:\n\n- A green lever of brass.\n'], {
      'A green lever of brass.': 0.999,
    });
    expect(textsOf(selectPlaces(items, 600))).toEqual(['The pump has these parts: A green lever of brass.']);
    const row = await candidates(['The prices are these:\n\n| part | euros |\n|---|---|\n| lever | 25 |\n'], {
      'lever, euros: 25': 0.999,
    });
    expect(textsOf(selectPlaces(row, 600))).toEqual(['The prices are these: lever, euros: 25']);
    const reference = await candidates([`${FILLER} The pump stands at the gate. It is painted red.`], {
      'It is painted red.': 0.999,
    });
    expect(textsOf(selectPlaces(reference, 600))).toEqual([
      'The pump stands at the gate. It is painted red.',
    ]);
  });

  it('does not end with a label of what it does not quote', async () => {
    const text = 'Doors are painted red.\nFor example:\n\n```\npaint()\n```\n';
    const found = await candidates([text], { 'For example:': 0.3 });
    expect(textsOf(selectPlaces(found, 600))).toEqual(['Doors are painted red.']);
    const alone = await candidates([`For example these:\n\n${FILLER}`], { 'For example these:': 1 });
    expect(textsOf(selectPlaces(alone, 18))).toEqual(['For example these:']);
  });

  it('returns at most three places of consecutive units within the limit, whose chances add up', async () => {
    const sentence = fc.constantFrom(
      'The pump is red. ',
      'It is old. ',
      'Old boats:\n\n',
      '- A lever. ',
      `${FILLER} `,
      '\n\n',
      '| a | 1 |\n',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(sentence, { maxLength: 12 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(1_000), { minLength: 48, maxLength: 48 }),
        fc.integer({ min: 1, max: 700 }),
        async (texts, chances, maxCharacters) => {
          const read = await candidates(texts.map((parts) => parts.join('')));
          const total = chances.slice(0, read.length).reduce((sum, chance) => sum + chance + 1, 0);
          const given = read.map((candidate, index) => ({
            ...candidate,
            chance: (chances[index]! + 1) / total,
          }));
          const places = selectPlaces(given, maxCharacters);
          expect(places.length).toBe(Math.min(places.length, 3));
          expect(places.length > 0).toBe(given.length > 0);
          const best = Math.max(...given.map(({ chance }) => chance));
          const isLabel = given.some(
            ({ chance, evidence }) => chance === best && evidence.unit.text.endsWith(':'),
          );
          const selected = places.flatMap((place) => place.candidates);
          if (given.length > 0 && !isLabel) expect(selected.some(({ chance }) => chance === best)).toBe(true);
          const length = selected.reduce((sum, { evidence }) => sum + evidence.unit.text.length, 0);
          if (selected.length > 1) expect(length).toBeLessThanOrEqual(maxCharacters);
          for (const place of places) {
            const [first] = place.candidates;
            expect(place.candidates.map(({ position }) => position)).toEqual(
              place.candidates.map((_, index) => first!.position + index),
            );
            expect(new Set(place.candidates.map(({ passage }) => passage)).size).toBe(1);
            expect(place.chance).toBeCloseTo(place.candidates.reduce((sum, { chance }) => sum + chance, 0));
          }
        },
      ),
    );
  });
});

describe('candidatesOf', () => {
  const quotable = async (text: string, question = QUESTION) =>
    (await candidates([text], {}, question)).map(({ evidence }) => evidence.unit.text);

  it('returns probabilities with a sum of 1, for any number of units', async () => {
    const [{ passage, evidence }] = (await candidates(['The pump is made of brass.'])) as [Candidate];
    for (const count of [1, 10, 200_000]) {
      const passages = [{ ...passage, units: new Array(count).fill(evidence) }];
      const found = candidatesOf({ question: parseQuestion(QUESTION), weights: [], passages });
      expect(found).toHaveLength(count);
      expect(found.reduce((sum, { chance }) => sum + chance, 0)).toBeCloseTo(1);
    }
  });

  it('leaves out records, lists of links, captions that repeat the question, and code that is not asked for', async () => {
    const text = [
      'The pump is made of brass.',
      'Name: x Type: y Size: z Colour: red',
      '[Red pump](https://example.org/red/pump/with/a/long/address)',
      'Red pump',
      'Red pump of brass',
      '```\nred pump()\nother()\n```',
    ].join('\n\n');
    expect(await quotable(text)).toEqual(['The pump is made of brass.', 'Red pump of brass']);
    expect(await quotable(text, 'What is the code of the red pump?')).toContain('red pump()');
  });
});
