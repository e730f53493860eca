import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../../support/seeded.ts';
import { testSnapshot } from '../../support/snapshot.ts';
import { type Answers, askEverything } from '../../support/snapshot-answers.ts';
import { mutate, type Objects } from '../../support/snapshot-mutations.ts';

/** `npm run soak` runs the number of mutations that the documentation states. */
const isSoak = process.env.SRAG_SOAK === '1';
const CACHED = isSoak ? 400 : 40;
const SOAK_MS = 1_200_000;
const SEED = 20261123;
/** Maximum growth of memory, in bytes. A reader that allocated gigabytes because of a damaged size would exceed it. */
const MOST_GROWTH_BYTES = 600 * 2 ** 20;

interface Case {
  readonly corpus: { readonly documents: number; readonly dimensions: number };
  readonly codeBits: number;
  readonly mutations: number;
  /** Minimum share of mutations that at least one question must detect. */
  readonly refused: number;
}

const SMALL: Case = {
  corpus: { documents: 200, dimensions: 32 },
  codeBits: 2,
  mutations: isSoak ? 10_000 : 1_000,
  refused: 0.5,
};
/** Has so many rows and such large codes that a search reads only the codes of the nearest leaves. */
const PROBED: Case = {
  corpus: { documents: 10_300, dimensions: 416 },
  codeBits: 8,
  mutations: isSoak ? 1_000 : 40,
  refused: 0.25,
};

async function objectsOf(...built: Parameters<typeof testSnapshot>): Promise<Objects> {
  const { storage, prefix } = await testSnapshot(...built);
  return storage.below(prefix);
}

/** Answers that are neither correct nor a typed error. */
const wrongOnes = (answers: Answers, right: Answers): string[] =>
  Object.entries(answers)
    .filter(([question, answer]) => answer !== right[question] && !/^SragError [A-Z_]+$/.test(answer))
    .map(([question, answer]) => `${question}: ${answer.slice(0, 300)}`);

describe.each([
  ['small', SMALL],
  ['probed', PROBED],
])('a damaged snapshot: %s', (_, { corpus, codeBits, mutations, refused }) => {
  const { dimensions } = corpus;
  let own: Objects;
  let others: readonly Objects[];
  let right: Answers;

  beforeAll(async () => {
    own = await objectsOf(corpus, { codeBits });
    others = [
      await objectsOf(corpus, { codeBits, seed: 2 }),
      // Other texts from the same words yield objects of the same size.
      await objectsOf({ ...corpus, seed: 9 }, { codeBits }),
      await objectsOf(corpus, { codeBits: 1 }),
    ];
    right = await askEverything(own, dimensions);
  }, SOAK_MS);

  it('is compared with an undamaged snapshot that answers every question', () => {
    expect(Object.values(right).filter((answer) => /^(\[\{|1$)/.test(answer))).toHaveLength(10);
  });

  it(
    'returns correct answers or typed errors after any flip, truncation, exchange or forgery',
    async () => {
      const random = seeded(SEED);
      const wrong: { what: string; answers: string[] }[] = [];
      let met = 0;
      const startBytes = process.memoryUsage.rss();
      let mostBytes = startBytes;
      for (let round = 0; round < mutations; round++) {
        const { what, objects } = mutate(own, others, random);
        const answers = await askEverything(objects, dimensions);
        const found = wrongOnes(answers, right);
        if (found.length > 0) wrong.push({ what, answers: found });
        if (Object.values(answers).some((answer) => answer.startsWith('SragError'))) met += 1;
        mostBytes = Math.max(mostBytes, process.memoryUsage.rss());
      }
      expect(wrong).toEqual([]);
      // Some damage affects data that no question reads.
      expect(met).toBeGreaterThan(refused * mutations);
      expect(mostBytes - startBytes).toBeLessThan(MOST_GROWTH_BYTES);
    },
    SOAK_MS,
  );
});

describe('a damaged cache folder of an intact snapshot', () => {
  const { corpus, codeBits } = SMALL;
  let own: Objects;
  let right: Answers;
  let folder: string;
  beforeAll(async () => {
    own = await objectsOf(corpus, { codeBits });
    right = await askEverything(own, corpus.dimensions);
    folder = await mkdtemp(join(tmpdir(), 'srag-damage-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it(
    'is replaced by data from the storage',
    async () => {
      const random = seeded(SEED);
      const ask = (): Promise<Answers> => askEverything(own, corpus.dimensions, { folder });
      await ask();
      // More candidates are re-scored if their records are cached, so the answer may be different.
      const near = await ask();
      for (let round = 0; round < CACHED; round++) {
        const [build] = await readdir(folder);
        const names = await readdir(join(folder, build!));
        const path = join(folder, build!, names[Math.floor(random() * names.length)]!);
        const bytes = await readFile(path);
        for (let flip = 0; flip < 20; flip++) bytes[Math.floor(random() * bytes.length)]! ^= 0x41;
        await writeFile(path, bytes);
        const wrong = Object.entries(await ask()).filter(
          ([question, answer]) => answer !== near[question] && answer !== right[question],
        );
        expect(wrong, path).toEqual([]);
        // The last question refills the folder.
        expect((await readdir(join(folder, build!))).sort()).toEqual(names.sort());
      }
    },
    SOAK_MS,
  );
});
