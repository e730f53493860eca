import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SELFTEST_ROLE, SELFTEST_WORKER_URL, type SelftestReply, type SelftestRequest } from './worker.ts';

/** A worker thread of the selftest, which answers one request at a time. */
export class SelftestThread {
  readonly #worker = new Worker(SELFTEST_WORKER_URL, { workerData: SELFTEST_ROLE });

  /** Sends a request and returns its reply. @throws the error that ended the thread */
  async ask<Reply extends SelftestReply>(request: SelftestRequest): Promise<Reply> {
    // `once` also rejects on the event 'error'.
    const reply = once(this.#worker, 'message');
    this.#worker.postMessage(request);
    return (await reply)[0] as Reply;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
