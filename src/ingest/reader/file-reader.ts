import { SragError, throwIfAborted } from '../../core/index.ts';
import type { FileToLoad, LoadFailure, LoadLimits } from '../../loaders/index.ts';
import { type Budget, budgetOf } from './budget.ts';
import type { ReaderReply, ReadItem, ReadRequest } from './protocol.ts';
import { type ProcessEnd, ReaderProcess } from './reader-process.ts';
import { tooCostly } from './too-costly.ts';

/** Above this share of its memory limit, a process that has read a file makes way for a new one. */
const RETIREMENT_SHARE = 0.75;

/** Items of a file, with the bytes of it that were read so far. */
export interface ReadBatch {
  readonly items: readonly ReadItem[];
  readonly bytesRead: number;
}

/**
 * Reads files in a process of its own, one after the other. A file that takes more time or memory than its budget, or
 * that crashes its parser, ends that process and no other: it becomes a failure, and the next file gets a new process.
 */
export class FileReader {
  readonly #signal: AbortSignal | undefined;
  #process: ReaderProcess | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Starts the process ahead of the first file, so that it is ready when the corpus is. */
  start(file: Pick<FileToLoad, 'sizeBytes'>, limits: LoadLimits): void {
    this.#process ??= new ReaderProcess(budgetOf(file, limits).memoryMb);
  }

  /**
   * What the file holds, in batches.
   * @throws CANCELLED when the signal is aborted, whatever the parser does; MISSING_PACKAGE
   */
  async *read(request: ReadRequest): AsyncGenerator<ReadBatch, void, void> {
    throwIfAborted(this.#signal);
    const budget = budgetOf(request.file, request.limits);
    const reader = await this.#processFor(budget);
    const stop = (): void => reader.kill();
    this.#signal?.addEventListener('abort', stop, { once: true });
    let hasItems = false;
    try {
      // A process that ends before it has taken the request is seen below.
      reader.request(request).catch(() => {});
      for (;;) {
        const { value: reply } = await reader.replies.next();
        throwIfAborted(this.#signal);
        if (reply === undefined) {
          this.#process = undefined;
          const end = await reader.ended();
          // The garbage of earlier files must not count against this one.
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

const isMemory = ({ lastWords }: ProcessEnd): boolean =>
  lastWords === undefined || lastWords.reason === 'memory';

function failureOf(end: ProcessEnd, { file }: ReadRequest, budget: Budget): ReadItem {
  const { code, message, remedy } = tooCostly(end, budget);
  const line = end.lastWords?.line ?? 0;
  const failure: LoadFailure = {
    path: line > 0 ? `${file.source}:${line}` : file.source,
    source: file.source,
    code,
    message: line > 0 ? `${message} The records after it were not read.` : message,
    ...(remedy === undefined ? {} : { remedy }),
  };
  return { kind: 'failure', failure };
}

const faultOf = ({ code, message, remedy, fields }: Extract<ReaderReply, { kind: 'fault' }>): SragError =>
  new SragError(code, message, { remedy, fields });
