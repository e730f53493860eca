import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../../support/seeded.ts';
import { testSnapshot } from '../../support/snapshot.ts';
import { type Answers, askEverything, DIMENSIONS } from '../../support/snapshot-answers.ts';
import { mutate, type Objects } from '../../support/snapshot-mutations.ts';

/** `npm run soak` tries as many as the promise is made for. */
const isSoak = process.env.SRAG_SOAK === '1';
const MUTATIONS = isSoak ? 10_000 : 1_000;
const CACHED = isSoak ? 400 : 40;
const SOAK_MS = 1_200_000;
const SEED = 20261123;
/** What an undamaged run may take at most, garbage included; a claim of gigabytes that is believed takes more. */
const MOST_GROWTH_BYTES = 600 * 2 ** 20;

const CORPUS = { documents: 200, dimensions: DIMENSIONS };

async function objectsOf(...built: Parameters<typeof testSnapshot>): Promise<Objects> {
  const { storage, prefix } = await testSnapshot(...built);
  return storage.below(prefix);
}

/** Answers that are neither a typed error nor the right one. */
const wrongOnes = (answers: Answers, right: Answers): string[] =>
  Object.entries(answers)
    .filter(([question, answer]) => answer !== right[question] && !/^SragError [A-Z_]+$/.test(answer))
    .map(([question, answer]) => `${question}: ${answer.slice(0, 300)}`);

describe('a damaged snapshot', () => {
  let own: Objects;
  let others: readonly Objects[];
  let right: Answers;

  beforeAll(async () => {
    own = await objectsOf(CORPUS);
    others = [
      await objectsOf(CORPUS, { seed: 2 }),
      // The same words in other texts: objects of the same size.
      await objectsOf({ ...CORPUS, seed: 9 }),
      await objectsOf(CORPUS, { codeBits: 1 }),
    ];
    right = await askEverything(own);
  });

  it('is compared with one that answers every question', () => {
    expect(Object.values(right).filter((answer) => /^(\[\{|1$)/.test(answer))).toHaveLength(10);
  });

  it(
    'answers as if it were whole or with a typed error, whatever was flipped, cut, exchanged or made up',
    async () => {
      const random = seeded(SEED);
      const wrong: { what: string; answers: string[] }[] = [];
      let refused = 0;
      const startBytes = process.memoryUsage.rss();
      let mostBytes = startBytes;
      for (let round = 0; round < MUTATIONS; round++) {
        const { what, objects } = mutate(own, others, random);
        const answers = await askEverything(objects);
        const found = wrongOnes(answers, right);
        if (found.length > 0) wrong.push({ what, answers: found });
        if (Object.values(answers).some((answer) => answer.startsWith('SragError'))) refused += 1;
        mostBytes = Math.max(mostBytes, process.memoryUsage.rss());
      }
      expect(wrong).toEqual([]);
      // Some damage hits what no question reads; most must be seen.
      expect(refused).toBeGreaterThan(MUTATIONS / 2);
      expect(mostBytes - startBytes).toBeLessThan(MOST_GROWTH_BYTES);
    },
    SOAK_MS,
  );

  describe('in the cache folder alone', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'srag-damage-'));
    });
    afterAll(() => rm(folder, { recursive: true }));

    it(
      'is thrown away and read from the storage again',
      async () => {
        const random = seeded(SEED);
        const cache = { folder };
        await askEverything(own, cache);
        // Records that lie near are re-scored more generously: the same question may be answered better.
        const near = await askEverything(own, cache);
        for (let round = 0; round < CACHED; round++) {
          const [build] = await readdir(folder);
          const names = await readdir(join(folder, build!));
          const path = join(folder, build!, names[Math.floor(random() * names.length)]!);
          const bytes = await readFile(path);
          for (let flip = 0; flip < 20; flip++) bytes[Math.floor(random() * bytes.length)]! ^= 0x41;
          await writeFile(path, bytes);
          const answers = await askEverything(own, cache);
          const wrong = Object.entries(answers).filter(
            ([question, answer]) => answer !== near[question] && answer !== right[question],
          );
          expect(wrong, path).toEqual([]);
          // The last question fills the folder again.
          expect((await readdir(join(folder, build!))).sort()).toEqual(names.sort());
        }
      },
      SOAK_MS,
    );
  });
});
