import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/index.ts';
import { openResultFile, readSteps } from '../../src/measure/index.ts';
import { CliProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';

/** Number of kills; `npm run soak` runs the test with the full number. */
const KILLS = process.env.SRAG_SOAK === '1' ? 20 : 3;
const SEED = 20261129;
const RATE = 40;
const BLOCKS = 6;
const BLOCK_SECONDS = 0.5;
const VARIANTS = ['flat', 'snapshot'];
/** Maximum time before a kill, in milliseconds: longer than startup and all blocks of the command together. */
const LATEST_MS = 9_000;

let project: CliProject;
let results: string;

beforeAll(async () => {
  project = await CliProject.open();
  results = join(project.folder, 'experiment.results.jsonl');
  await writeHandbook(project);
  await project.json(['ingest', 'docs']);
  await project.json(['index', 'build', 'lancedb-flat']);
  await project.json(['index', 'build', 'snapshot']);
  await project.write('questions.jsonl', '{"text": "Who approves expenses?"}\n{"text": "annual leave"}\n');
  const seconds = BLOCKS * BLOCK_SECONDS;
  await project.write(
    'experiment.json',
    JSON.stringify({
      questions: { source: 'questions.jsonl' },
      target: 'in-process',
      variants: [
        { name: 'flat', index: 'lancedb-flat', mode: 'lexical' },
        { name: 'snapshot', index: 'snapshot', mode: 'lexical' },
      ],
      load: { arrivals: 'constant', ratesPerSecond: [RATE], blockSeconds: BLOCK_SECONDS },
      stop: { minSeconds: seconds, maxSeconds: seconds, relativeWidth: 0.001 },
    }),
  );
});
afterAll(() => project?.remove());

/** Returns how many samples of each block are stored, and how many are planned. */
async function blocksOf(): Promise<Map<string, { samples: number; planned: number }>> {
  const file = await openResultFile(results);
  const blocks = new Map<string, { samples: number; planned: number }>();
  for await (const { variant, step, block, blockSize } of file.samples()) {
    const key = `${variant} ${step} ${block}`;
    const known = blocks.get(key) ?? { samples: 0, planned: blockSize };
    blocks.set(key, { ...known, samples: known.samples + 1 });
  }
  return blocks;
}

describe('srag bench run killed at random moments', () => {
  it(
    'leaves a valid partial result every time, which --resume completes',
    async () => {
      const random = seededRandom(SEED);
      let interrupted = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        await rm(results, { force: true });
        const { child, ended } = project.start(['bench', 'run', 'experiment.json', '--json']);
        await Promise.race([sleep(random() * LATEST_MS), ended]);
        child.kill('SIGKILL');
        await ended;
        const words = existsSync(results) ? ['--resume', results] : ['experiment.json'];
        if (existsSync(results)) {
          interrupted++;
          const before = await blocksOf();
          for (const { samples, planned } of before.values()) expect(samples).toBeLessThanOrEqual(planned);
          // Figures are computed from complete blocks only.
          const { table, samples, interrupted: cut } = await readSteps(await openResultFile(results));
          const whole = [...before.values()].filter((block) => block.samples === block.planned);
          expect(samples).toBe(whole.reduce((sum, block) => sum + block.samples, 0));
          expect(samples + cut).toBe([...before.values()].reduce((sum, block) => sum + block.samples, 0));
          const counted = VARIANTS.map((name) => table.of(name, 0)?.requests ?? 0);
          expect(counted.reduce((sum, count) => sum + count, 0)).toBe(samples);
        }
        const head = (await readFile(results, 'utf8').catch(() => '')).split('\n', 1)[0];
        const run = await project.run(['bench', 'run', ...words, '--json']);
        expect(run.exitCode, run.stderr).toBe(0);
        expect(run.json).toMatchObject({ ended: 'complete' });
        if (head !== '') expect((await readFile(results, 'utf8')).split('\n', 1)[0]).toBe(head);
        const after = await blocksOf();
        for (const name of VARIANTS)
          expect([...after.keys()].filter((key) => key.startsWith(`${name} 0 `)).length).toBe(BLOCKS);
        for (const { samples, planned } of after.values()) expect(samples).toBe(planned);
      }
      expect(interrupted).toBeGreaterThan(0);
    },
    KILLS * 60_000,
  );
});
