import { SragError, throwIfAborted } from '../../../core/index.ts';
import type { FileToLoad, LoadFailure } from '../../../documents/loaders/index.ts';
import { type Budget, budgetOf } from './budget.ts';
import type { ReaderReply, ReadItem, ReadRequest } from './protocol.ts';
import { type ProcessEnd, ReaderProcess } from './reader-process.ts';
import { budgetExceeded } from './too-costly.ts';

/** A process is replaced if it uses more than this share of its memory limit after reading a file. */
const RETIREMENT_SHARE = 0.75;

/** Items of a file, and the number of its bytes read so far. */
export interface ReadBatch {
  readonly items: readonly ReadItem[];
  readonly bytesRead: number;
}

/**
 * Reads files sequentially in a separate process. A file that exceeds its time or memory budget, or crashes its parser,
 * ends only that process: the file is reported as a failure, and the next file gets a new process.
 */
export class FileReader {
  readonly #signal: AbortSignal | undefined;
  #process: ReaderProcess | undefined;
  /** The prefetched file. */
  #prefetched: FileToLoad | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /**
   * Starts reading the first file in advance. A call of {@link read} for the same file continues from there.
   */
  prefetch(request: ReadRequest): void {
    this.#process = new ReaderProcess(budgetOf(request.file, request.limits).memoryMb);
    this.#prefetched = request.file;
    send(request, this.#process);
  }

  /**
   * Yields the items of a file in batches.
   * @throws CANCELLED if the signal is aborted, even while the parser is busy; MISSING_PACKAGE
   */
  async *read(request: ReadRequest): AsyncGenerator<ReadBatch, void, void> {
    throwIfAborted(this.#signal);
    const budget = budgetOf(request.file, request.limits);
    // Discard prefetched data of another file.
    if (this.#prefetched !== undefined && this.#prefetched !== request.file) await this.close();
    const reader = await this.#processFor(budget);
    const stop = (): void => reader.kill();
    this.#signal?.addEventListener('abort', stop, { once: true });
    let hasItems = false;
    try {
      if (request.file !== this.#prefetched) send(request, reader);
      this.#prefetched = undefined;
      for (;;) {
        const { value: reply } = await reader.replies.next();
        throwIfAborted(this.#signal);
        if (reply === undefined) {
          this.#process = undefined;
          const end = await reader.ended();
          // Retry in a new process, because garbage of earlier files must not count against the limit of this
          // one.
          if (isMemory(end) && reader.isUsed && !hasItems) return yield* this.read(request);
          yield { items: [failureOf(end, request, budget)], bytesRead: 0 };
          return;
        }
        if (reply.kind === 'items') {
          hasItems = true;
          yield reply;
        }
        if (reply.kind === 'fault') throw faultOf(reply);
        if (reply.kind === 'done') {
          reader.isUsed = true;
          const isFull = reply.memoryBytes > budget.memoryMb * 2 ** 20 * RETIREMENT_SHARE;
          if (isFull) await this.close();
          return;
        }
      }
    } finally {
      this.#signal?.removeEventListener('abort', stop);
    }
  }

  /** Ends the process. */
  async close(): Promise<void> {
    const reader = this.#process;
    this.#process = undefined;
    this.#prefetched = undefined;
    await reader?.close();
  }

  async #processFor({ memoryMb }: Budget): Promise<ReaderProcess> {
    if (this.#process !== undefined && this.#process.memoryMb < memoryMb) await this.close();
    this.#process ??= new ReaderProcess(memoryMb);
    const reader = this.#process;
    if (reader.isReady) return reader;
    const { value: reply } = await reader.replies.next();
    reader.isReady = reply?.kind === 'ready';
    if (reader.isReady) return reader;
    const { standardError } = await reader.ended();
    throwIfAborted(this.#signal);
    throw new SragError('INTERNAL', `The process that reads files did not start: ${standardError.trim()}`);
  }
}

/** Sends a request. If the process has already ended, reading its replies reports that. */
function send(request: ReadRequest, reader: ReaderProcess): void {
  reader.request(request).catch(() => {});
}

const isMemory = ({ exitReport }: ProcessEnd): boolean =>
  exitReport === undefined || exitReport.reason === 'memory';

function failureOf(end: ProcessEnd, { file }: ReadRequest, budget: Budget): ReadItem {
  const { code, message, remedy } = budgetExceeded(end, budget);
  const line = end.exitReport?.line ?? 0;
  const failure: LoadFailure = {
    path: line > 0 ? `${file.source}:${line}` : file.source,
    source: file.source,
    code,
    message: line > 0 ? `${message} The records after it were not read.` : message,
    remedy,
  };
  return { kind: 'failure', failure };
}

const faultOf = ({ code, message, remedy, fields }: Extract<ReaderReply, { kind: 'fault' }>): SragError =>
  new SragError(code, message, { remedy, fields });
