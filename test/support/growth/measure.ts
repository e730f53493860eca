import { Worker } from 'node:worker_threads';
import { HOSTILE_RUNS } from './hostile-runs.ts';

export interface GrowthTask {
  /** A key of `PATH_FUNCTIONS`. */
  readonly name: string;
  /** Lengths in UTF-16 units, each ten times the one before. */
  readonly sizes: readonly number[];
  /** Keys of `HOSTILE_RUNS`; default: all of them. */
  readonly runs?: readonly string[];
}

/** The largest growth of processor time from one length to the next. */
export interface Growth {
  readonly run: string;
  /** 0 where every time stayed under the floor. */
  readonly ratio: number;
  readonly smallMs: number;
  readonly largeMs: number;
  readonly size: number;
}

/** Measures every hostile run in a thread of its own, which is ended where one of them takes longer than `deadlineMs`. */
export async function measureGrowth(task: GrowthTask, deadlineMs: number): Promise<readonly Growth[]> {
  const measured: Growth[] = [];
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: task,
    // Collections of short-lived objects would be a part of the larger times alone.
    resourceLimits: { maxYoungGenerationSizeMb: 256 },
  });
  try {
    await new Promise<void>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      worker.on('message', (message: Growth | { readonly begins: string }) => {
        clearTimeout(timer);
        if (!('begins' in message)) measured.push(message);
        else
          timer = setTimeout(
            () => reject(new Error(`${task.name} takes over ${deadlineMs} ms on '${message.begins}'.`)),
            deadlineMs,
          );
      });
      worker.on('error', reject);
      worker.on('exit', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  } finally {
    await worker.terminate();
  }
  if (measured.length !== Object.keys(HOSTILE_RUNS).length)
    throw new Error(`${task.name} was measured on ${measured.length} runs only.`);
  return measured;
}
