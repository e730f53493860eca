import { extname } from 'node:path';
import { type FileToLoad, isDataset } from '../../documents/loaders/index.ts';

/** How far the embedding of an ingest is. */
export interface EmbeddingState {
  /** Chunks that have their vectors. */
  readonly chunksDone: number;
  /** Chunks to embed in all: known once every file is read, estimated from the sizes of unread files until then. */
  readonly chunksTotal: number;
  /** Time left at the speed so far; undefined before the first vector. */
  readonly remainingMs: number | undefined;
}

/** Chunks, and their estimated tokens together. */
export interface Amount {
  readonly chunks: number;
  readonly tokens: number;
}

/** The amount of some chunks. */
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
  readonly gave: Amount;
}

/** Counts chunks that are read and embedded, and estimates those of files that are not read yet. */
export class EmbeddingProgress {
  readonly #now: () => number;
  readonly #isExpected: (file: FileToLoad) => boolean;
  readonly #onChange: () => void;
  /** Bytes of files that are not read yet, by their extension. */
  readonly #unread = new Map<string, number>();
  /** What those that are read gave, by their extension. */
  readonly #yields = new Map<string, Yield>();
  #read = NONE;
  #embedded = NONE;
  /** Chunks whose vectors were there already. */
  #found = NONE;
  #startedMs: number | undefined;

  /** A file of which a document is stored already is expected to be unchanged, unless it is a dataset. */
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

  /** Of a file, so many bytes were read, which gave so much to embed. */
  read(file: FileToLoad, bytes: number, gave: Amount = NONE): void {
    this.#addUnread(file, -bytes);
    this.#read = plus(this.#read, gave);
    if (gave.chunks === 0) return;
    const before = this.#yields.get(extension(file)) ?? { bytes: 0, gave: NONE };
    this.#yields.set(extension(file), { bytes: before.bytes + bytes, gave: plus(before.gave, gave) });
  }

  /** A batch is about to be embedded; so much of it needs no request. */
  begin(found: Amount): void {
    this.#startedMs ??= this.#now();
    this.#found = plus(this.#found, found);
  }

  /** A request gave the vectors of so much. */
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

  /** Models take time by the text and by its length: the mean of both estimates. */
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

  /** What unread bytes give: as much a byte as other files of their extension, else as all files. */
  #expected(): Amount {
    let all: Yield = { bytes: 0, gave: NONE };
    for (const { bytes, gave } of this.#yields.values())
      all = { bytes: all.bytes + bytes, gave: plus(all.gave, gave) };
    let expected = NONE;
    for (const [name, unread] of this.#unread) {
      const { bytes, gave } = this.#yields.get(name) ?? all;
      if (bytes > 0) expected = plus(expected, gave, unread / bytes);
    }
    return expected;
  }
}

const extension = ({ path }: FileToLoad): string => extname(path).toLowerCase();
