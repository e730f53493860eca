import { extname } from 'node:path';
import { type FileToLoad, isDataset } from '../../documents/loaders/index.ts';

/** Progress of an ingest's embedding. */
export interface EmbeddingState {
  /** Number of chunks that have their vectors. */
  readonly chunksDone: number;
  /** Number of chunks to embed in total; estimated from file sizes until every file is read. */
  readonly chunksTotal: number;
  /** Remaining time at the current speed; undefined before the first vector. */
  readonly remainingMs: number | undefined;
}

/** A number of chunks and their estimated tokens. */
export interface Amount {
  readonly chunks: number;
  readonly tokens: number;
}

/** The number of these chunks and the sum of their tokens. */
export const amountOf = (chunks: readonly { readonly tokens: number }[]): Amount => ({
  chunks: chunks.length,
  tokens: chunks.reduce((sum, { tokens }) => sum + tokens, 0),
});

const NONE: Amount = { chunks: 0, tokens: 0 };
const plus = (left: Amount, right: Amount, factor = 1): Amount => ({
  chunks: left.chunks + factor * right.chunks,
  tokens: left.tokens + factor * right.tokens,
});

interface Yield {
  readonly bytes: number;
  readonly amount: Amount;
}

/** Counts the chunks that were read and embedded, and estimates the chunks of unread files. */
export class EmbeddingProgress {
  readonly #now: () => number;
  readonly #isExpected: (file: FileToLoad) => boolean;
  readonly #onChange: () => void;
  /** Bytes not read yet, by file extension. */
  readonly #unread = new Map<string, number>();
  /** Bytes read and the amounts to embed that they contained, by file extension. */
  readonly #yields = new Map<string, Yield>();
  #read = NONE;
  #embedded = NONE;
  /** Chunks whose vectors were reused. */
  #found = NONE;
  #startedMs: number | undefined;

  /** Files that already have a stored document are expected to be unchanged, except datasets. */
  constructor(
    files: readonly FileToLoad[],
    isStored: (source: string) => boolean,
    { now, onChange }: { readonly now: () => number; readonly onChange: () => void },
  ) {
    this.#now = now;
    this.#onChange = onChange;
    this.#isExpected = ({ path, source }) => isDataset(path) || !isStored(source);
    for (const file of files) this.#addUnread(file, file.sizeBytes);
  }

  /** Records that `bytes` of a file were read and contained `amount` to embed. */
  read(file: FileToLoad, bytes: number, amount: Amount = NONE): void {
    this.#addUnread(file, -bytes);
    this.#read = plus(this.#read, amount);
    if (amount.chunks === 0) return;
    const before = this.#yields.get(extension(file)) ?? { bytes: 0, amount: NONE };
    this.#yields.set(extension(file), { bytes: before.bytes + bytes, amount: plus(before.amount, amount) });
  }

  /** Records the start of a batch; `found` counts its chunks that need no request. */
  begin(found: Amount): void {
    this.#startedMs ??= this.#now();
    this.#found = plus(this.#found, found);
  }

  /** Records the vectors of one response. */
  embedded(amount: Amount): void {
    this.#embedded = plus(this.#embedded, amount);
    this.#onChange();
  }

  get state(): EmbeddingState {
    const done = plus(this.#embedded, this.#found);
    const total = plus(this.#read, this.#expected());
    return {
      chunksDone: done.chunks,
      chunksTotal: Math.round(total.chunks),
      remainingMs: this.#remainingMs(plus(total, done, -1)),
    };
  }

  /** Remaining time: the mean of estimates by chunks and by tokens, because models take time for both. */
  #remainingMs(left: Amount): number | undefined {
    const { chunks, tokens } = this.#embedded;
    if (this.#startedMs === undefined || chunks === 0) return undefined;
    const byLength = tokens === 0 ? left.chunks / chunks : left.tokens / tokens;
    return (this.#now() - this.#startedMs) * ((left.chunks / chunks + byLength) / 2);
  }

  #addUnread(file: FileToLoad, bytes: number): void {
    if (!this.#isExpected(file)) return;
    this.#unread.set(extension(file), (this.#unread.get(extension(file)) ?? 0) + bytes);
  }

  /**
   * Expected amount in the unread bytes, extrapolated from files with the same extension, or else from all
   * files.
   */
  #expected(): Amount {
    let all: Yield = { bytes: 0, amount: NONE };
    for (const { bytes, amount } of this.#yields.values())
      all = { bytes: all.bytes + bytes, amount: plus(all.amount, amount) };
    let expected = NONE;
    for (const [name, unread] of this.#unread) {
      const { bytes, amount } = this.#yields.get(name) ?? all;
      if (bytes > 0) expected = plus(expected, amount, unread / bytes);
    }
    return expected;
  }
}

const extension = ({ path }: FileToLoad): string => extname(path).toLowerCase();
