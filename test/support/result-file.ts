import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gaussian, seededRandom } from '../../src/core/index.ts';
import type { Sample } from '../../src/measure/index.ts';
import { temporaryFolder } from './temporary.ts';

interface ResultFileParts {
  readonly warm?: number;
  readonly cold?: number;
  readonly route?: 'retrieve' | 'query';
  readonly variants?: readonly { readonly name: string; readonly concurrency?: number }[];
  readonly steps?: readonly number[];
  /** Duration of a warm request in its environment, in milliseconds. */
  readonly warmMs?: number;
  /** Target folder; by default one that is removed after the test. */
  readonly folder?: string;
}

/** Time that a request spends outside its environment, in milliseconds. */
export const OUTSIDE_MS = 4;

/** Writes a result file of log-normal service times in the format of `srag bench run`; returns its path. */
export async function resultFile({
  warm = 400,
  cold = 40,
  route = 'retrieve',
  variants = [{ name: 'snapshot', concurrency: 10 }],
  steps = [1],
  warmMs = 50,
  folder,
}: ResultFileParts = {}): Promise<string> {
  const random = seededRandom(1);
  const header = {
    format: 'srag-experiment',
    schemaVersion: 1,
    name: 'for a simulation',
    startedAt: '2026-11-29T00:00:00.000Z',
    declaration: { route },
    seed: 1,
    steps: steps.map((ratePerSecond) => ({ ratePerSecond })),
    variants,
    questions: { source: 'questions.jsonl', synthetic: false, list: [] },
    target: { kind: 'laptop', description: '' },
    environment: {},
    srag: '0.1.0',
  };
  const lines = [JSON.stringify(header)];
  let nowMs = 0;
  const add = (variant: string, step: number, population: Sample['population'], ms: number): void => {
    nowMs += 1_000;
    const initMs = population === 'cold' ? ms / 3 : undefined;
    const compute = (name: string, memoryMb: number, part: number) => ({
      name: `lambda.compute.${name}`,
      quantity: (memoryMb / 1_024) * ((ms * part) / 1_000),
      usd: 1,
    });
    const sample: Sample = {
      variant,
      step,
      block: 0,
      blockSize: 10,
      population,
      question: 0,
      intendedMs: nowMs,
      startedMs: nowMs + 1,
      endedMs: nowMs + 1 + ms + OUTSIDE_MS,
      outcome: 'ok',
      status: 200,
      trace: {
        coldStart: population === 'cold',
        ...(initMs === undefined ? {} : { initMs }),
        stages: {},
        totalMs: ms - (initMs ?? 0) - OUTSIDE_MS,
      },
      cost: {
        totalUsd: 1,
        lines: [
          compute('retrieve', 1_769, route === 'query' ? 0.5 : 1),
          ...(route === 'query' ? [compute('generate', 512, 0.3)] : []),
          { name: 'gateway.requests', quantity: 1, usd: 3.5e-6 },
          {
            name: 'storage.reads',
            quantity: population === 'cold' ? 10 : 2,
            usd: population === 'cold' ? 4e-6 : 8e-7,
          },
        ],
      },
    };
    lines.push(JSON.stringify(sample));
  };
  for (const { name } of variants) {
    for (let count = 0; count < cold; count++) add(name, -1, 'cold', 300 * Math.exp(0.1 * gaussian(random)));
    for (const step of steps.keys())
      for (let count = 0; count < warm; count++)
        add(name, step, 'warm', warmMs * (1 + step) * Math.exp(0.2 * gaussian(random)));
  }
  const path = join(folder ?? (await temporaryFolder()), 'result.jsonl');
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}
