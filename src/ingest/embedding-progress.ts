import { extname } from 'node:path';
import { type FileToLoad, isDataset } from '../loaders/index.ts';

/** How far the embedding of an ingest is. */
export interface EmbeddingState {
  /** Chunks that have their vectors. */
  readonly chunksDone: number;
  /** Chunks to embed in all: known once every file is read, estimated from the sizes of unread files until then. */
  readonly chunksTotal: number;
  /** Time left at the speed so far; undefined before the first vector. */
  readonly remainingMs: number | undefined;
}

interface Yield {
  bytes: number;
  chunks: number;
}

/** Counts chunks that are read and embedded, and estimates those of files that are not read yet. */
export class EmbeddingProgress {
  readonly #now: () => number;
  readonly #isExpected: (file: FileToLoad) => boolean;
  /** Bytes of files that are not read yet, by their extension. */
  readonly #unread = new Map<string, number>();
  /** What those that are read gave, by their extension. */
  readonly #read = new Map<string, Yield>();
  readonly #onChange: () => void;
  #chunksRead = 0;
  #embedded = 0;
  /** Chunks whose vectors were there already. */
  #found = 0;
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

  /** Of a file, so many bytes were read, which gave so many chunks to embed. */
  read(file: FileToLoad, bytes: number, chunks: number): void {
    this.#addUnread(file, -bytes);
    this.#chunksRead += chunks;
    if (chunks === 0) return;
    const given = this.#read.get(extension(file)) ?? { bytes: 0, chunks: 0 };
    this.#read.set(extension(file), { bytes: given.bytes + bytes, chunks: given.chunks + chunks });
  }

  /** A batch is about to be embedded; so many of its chunks need no request. */
  begin(found: number): void {
    this.#startedMs ??= this.#now();
    this.#found += found;
  }

  /** A request gave the vectors of so many chunks. */
  embedded(chunks: number): void {
    this.#embedded += chunks;
    this.#onChange();
  }

  get state(): EmbeddingState {
    const chunksDone = this.#embedded + this.#found;
    const chunksTotal = this.#chunksRead + Math.round(this.#expected());
    const elapsedMs = this.#now() - (this.#startedMs ?? 0);
    return {
      chunksDone,
      chunksTotal,
      remainingMs:
        this.#embedded === 0 ? undefined : (elapsedMs / this.#embedded) * (chunksTotal - chunksDone),
    };
  }

  #addUnread(file: FileToLoad, bytes: number): void {
    if (!this.#isExpected(file)) return;
    this.#unread.set(extension(file), (this.#unread.get(extension(file)) ?? 0) + bytes);
  }

  /** Chunks of the unread bytes, as many a byte as other files of that extension gave, else as all files. */
  #expected(): number {
    const all = { bytes: 0, chunks: 0 };
    for (const { bytes, chunks } of this.#read.values()) {
      all.bytes += bytes;
      all.chunks += chunks;
    }
    let expected = 0;
    for (const [name, unread] of this.#unread) {
      const { bytes, chunks } = this.#read.get(name) ?? all;
      if (bytes > 0) expected += (unread * chunks) / bytes;
    }
    return expected;
  }
}

const extension = ({ path }: FileToLoad): string => extname(path).toLowerCase();
