import { Worker } from 'node:worker_threads';
import { HOSTILE_RUNS } from './hostile-runs.ts';

export interface GrowthTask {
  /** A key of `PATH_FUNCTIONS`. */
  readonly name: string;
  /** Lengths in UTF-16 units, each ten times the previous one. */
  readonly sizes: readonly number[];
  /** Keys of `HOSTILE_RUNS`; all of them by default. */
  readonly runs?: readonly string[];
}

/** The largest growth of processor time between consecutive lengths. */
export interface Growth {
  readonly run: string;
  /** 0 if all times are below the floor. */
  readonly ratio: number;
  readonly smallMs: number;
  readonly largeMs: number;
  readonly size: number;
}

/**
 * Measures the hostile runs of a task in a worker thread, and throws if one of them takes longer than
 * `deadlineMs`.
 */
export async function measureGrowth(task: GrowthTask, deadlineMs: number): Promise<readonly Growth[]> {
  const measured: Growth[] = [];
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: task,
    // A large young generation, because garbage collection would slow down only the larger inputs.
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
