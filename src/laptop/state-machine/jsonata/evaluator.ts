import { Worker } from 'node:worker_threads';
import { EVALUATION_LIMIT_MS, type EvaluationReply, type EvaluationRequest } from './protocol.ts';
import { WORKER_ROLE, WORKER_URL } from './worker.ts';

/** Maximum number of threads; one may be busy with an endless expression. */
const MAX_THREADS = 2;
/** Memory of a thread in MiB; exceeding it ends the thread and its evaluation. */
const THREAD_MEMORY_MIB = 128;
/**
 * Extra time after which a thread is ended if it cannot stop itself at its time limit, for example in a
 * regular expression.
 */
const GRACE_MS = 500;

type Outcome = EvaluationReply | { readonly error: unknown };

interface Job {
  readonly request: EvaluationRequest;
  readonly settle: (outcome: Outcome) => void;
}

/**
 * Evaluates JSONata in threads, so that no expression blocks the process by looping, backtracking or growing.
 * Threads start on demand and do not keep the process alive.
 */
export class Evaluator {
  readonly #limitMs: number;
  readonly #waiting: Job[] = [];
  readonly #idle: Worker[] = [];
  /** For each running job, a function that ends its thread. */
  readonly #working = new Map<Job, () => void>();
  /** Number of existing threads. */
  #threads = 0;
  readonly #starting = new Set<Worker>();

  /** @param limitMs maximum time of one evaluation, after which its thread is ended. */
  constructor(limitMs = EVALUATION_LIMIT_MS + GRACE_MS) {
    this.#limitMs = limitMs;
  }

  /** Number of pending evaluations. */
  get pending(): number {
    return this.#waiting.length + this.#working.size;
  }

  /** Starts a thread in advance, so that the first evaluation does not wait for it. */
  prepare(): void {
    if (this.#threads === 0) this.#start().unref();
  }

  /**
   * Evaluates every expression in a template; returns JSON text, or the cause of a failure. Rejects with the
   * reason of `signal` when it is aborted, which ends the evaluation.
   */
  evaluate(request: EvaluationRequest, signal: AbortSignal): Promise<EvaluationReply> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const abandon = (): void => {
        const index = this.#waiting.indexOf(job);
        if (index >= 0) this.#waiting.splice(index, 1);
        const endThread = this.#working.get(job);
        job.settle({ error: signal.reason });
        endThread?.();
      };
      const job: Job = {
        request,
        settle: (outcome) => {
          signal.removeEventListener('abort', abandon);
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome);
        },
      };
      signal.addEventListener('abort', abandon, { once: true });
      this.#waiting.push(job);
      this.#next();
    });
  }

  #next(): void {
    while (this.#waiting.length > 0 && this.#idle.length > 0) {
      this.#work(this.#idle.pop()!, this.#waiting.shift()!);
    }
    if (this.#waiting.length > this.#starting.size && this.#threads < MAX_THREADS) this.#start();
    // Keeps the process alive while an evaluation waits for a starting thread.
    if (this.#waiting.length > 0) for (const worker of this.#starting) worker.ref();
  }

  /** Starts a thread, which is idle once it reports that it is ready. */
  #start(): Worker {
    this.#threads += 1;
    const worker = new Worker(WORKER_URL, {
      workerData: WORKER_ROLE,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: THREAD_MEMORY_MIB },
    });
    this.#starting.add(worker);
    let fault: unknown = new Error('The thread that evaluates JSONata ended before it was ready.');
    worker.once('message', () => {
      this.#starting.delete(worker);
      this.#rest(worker);
    });
    // This handler is also needed so that an error of an ending thread is not unhandled.
    worker.on('error', (error) => {
      fault = error;
    });
    worker.once('exit', () => {
      this.#threads -= 1;
      if (this.#starting.delete(worker)) this.#waiting.shift()?.settle({ error: fault });
      const index = this.#idle.indexOf(worker);
      if (index >= 0) this.#idle.splice(index, 1);
      this.#next();
    });
    return worker;
  }

  #rest(worker: Worker): void {
    worker.unref();
    this.#idle.push(worker);
    this.#next();
  }

  #work(worker: Worker, job: Job): void {
    const { template, field } = job.request;
    const failed = (problem: string): EvaluationReply => ({
      cause: `The field '${field}' could not be evaluated: ${problem} (${JSON.stringify(template).slice(0, 200)}).`,
    });
    const stop = (): void => {
      clearTimeout(timer);
      this.#working.delete(job);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    const onMessage = (reply: EvaluationReply): void => {
      stop();
      job.settle(reply);
      this.#rest(worker);
    };
    const end = (outcome: Outcome): void => {
      stop();
      void worker.terminate();
      job.settle(outcome);
    };
    const onError = (error: Error & { code?: string }): void =>
      end(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? failed('memory limit exceeded') : { error });
    const onExit = (): void => end(failed('its thread ended'));
    // The timer also keeps the process alive during the evaluation.
    const timer = setTimeout(() => end(failed(`it did not end within ${this.#limitMs} ms`)), this.#limitMs);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    this.#working.set(job, () => end({ error: undefined }));
    worker.postMessage(job.request);
  }
}
