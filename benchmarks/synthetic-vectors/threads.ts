import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Job, JobResults } from './jobs.ts';

/** A pool with a fixed number of threads; a job waits for a free one. */
export class Threads {
  readonly size: number;
  readonly #all: readonly Worker[];
  readonly #free: Worker[];
  readonly #waiting: ((worker: Worker) => void)[] = [];

  constructor(size: number) {
    this.size = size;
    this.#all = Array.from({ length: size }, () => new Worker(new URL('./worker.ts', import.meta.url)));
    this.#free = [...this.#all];
  }

  async run<Task extends Job['task']>(job: Job & { readonly task: Task }): Promise<JobResults[Task]> {
    const worker = this.#free.pop() ?? (await new Promise<Worker>((done) => this.#waiting.push(done)));
    try {
      worker.postMessage(job);
      const [answer] = (await once(worker, 'message')) as [{ result?: JobResults[Task]; error?: string }];
      if (answer.result === undefined) throw new Error(answer.error ?? 'A thread gave nothing.');
      return answer.result;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(worker);
      else next(worker);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }
}
