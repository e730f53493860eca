import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SELFTEST_ROLE, SELFTEST_WORKER_URL, type SelftestReply, type SelftestRequest } from './worker.ts';

/** A thread of the selftest: it answers one request after another. */
export class SelftestThread {
  readonly #worker = new Worker(SELFTEST_WORKER_URL, { workerData: SELFTEST_ROLE });

  /** The reply to one request. @throws what ended the thread */
  async ask<Reply extends SelftestReply>(request: SelftestRequest): Promise<Reply> {
    // `once` also listens for the event 'error'.
    const reply = once(this.#worker, 'message');
    this.#worker.postMessage(request);
    return (await reply)[0] as Reply;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
