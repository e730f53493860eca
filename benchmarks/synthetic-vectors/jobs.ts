import { gzipSync } from 'node:zlib';
import { exactNeighbours, seededRandom } from '../../src/measure/index.ts';
import { openNpy } from '../../src/models/embedders/index.ts';
import { toHalfFloats } from './half-float.ts';
import { ClusterModel, type ModelSettings } from './model.ts';
import { OneBitEstimator } from './one-bit.ts';
import { corpusLines } from './texts.ts';

/** A job for one thread; its result can be posted. */
export type Job =
  | {
      readonly task: 'draw';
      readonly model: ModelSettings;
      readonly firstRow: number;
      readonly count: number;
      readonly withTexts: boolean;
    }
  | {
      readonly task: 'truth';
      readonly corpus: string;
      readonly queries: Float32Array;
      readonly topK: number;
    }
  | {
      readonly task: 'codes';
      readonly corpus: string;
      readonly queries: Float32Array;
      readonly centre: Float32Array;
      readonly depth: number;
    };

export interface JobResults {
  /** Half-precision rows, and their lines of corpus.jsonl as a separate gzip member. */
  readonly draw: { readonly halves: Uint16Array; readonly texts?: Uint8Array };
  /** Rows by query, best first. */
  readonly truth: Int32Array;
  /** Rows by query that 1-bit codes find, unordered. */
  readonly codes: readonly (readonly number[])[];
}

const READ_ROWS = 4_096;
/** Every block of rows has its own random stream, so threads may draw blocks in any order. */
const BLOCK_SEEDS = 2 ** 20;

let drawn: ClusterModel | undefined;

export async function runJob(job: Job): Promise<JobResults[Job['task']]> {
  switch (job.task) {
    case 'draw':
      return drawBlock(job);
    case 'truth': {
      const { queries, topK } = job;
      return withRows(job.corpus, async (dimensions, blocks) => {
        const found = await exactNeighbours({ dimensions, blocks: blocks(), queries, topK });
        return found.rows;
      });
    }
    case 'codes':
      return withRows(job.corpus, async (_, blocks) => {
        const estimator = new OneBitEstimator(job.centre, job.queries, job.depth);
        let firstRow = 0;
        for await (const block of blocks()) {
          estimator.add(block, firstRow);
          firstRow += block.length / job.centre.length;
        }
        return estimator.nearest();
      });
  }
}

function drawBlock({ model, firstRow, count, withTexts }: Job & { task: 'draw' }): JobResults['draw'] {
  // Each process generates one collection, so each thread needs one model.
  drawn ??= new ClusterModel(model);
  const random = seededRandom(model.seed + BLOCK_SEEDS * (1 + firstRow));
  const { vectors, topics } = drawn.draw(count, random);
  const halves = toHalfFloats(vectors);
  if (!withTexts) return { halves };
  return { halves, texts: gzipSync(corpusLines(topics, firstRow, model.seed)) };
}

async function withRows<T>(
  path: string,
  use: (dimensions: number, blocks: () => AsyncIterable<Float32Array>) => Promise<T>,
): Promise<T> {
  const file = await openNpy(path);
  async function* blocks(): AsyncIterable<Float32Array> {
    for (let from = 0; from < file.rows; from += READ_ROWS)
      yield await file.readFloats(from, Math.min(file.rows, from + READ_ROWS));
  }
  return use(file.columns, blocks).finally(() => file.close());
}
