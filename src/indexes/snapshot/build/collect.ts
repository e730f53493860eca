import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  type CollectionSettings,
  type FieldTypes,
  searchedText,
  throwIfAborted,
} from '../../../core/index.ts';
import { fieldValues, type StoredChunk } from '../../../corpus/index.ts';
import { Fingerprint, LexiconBuilder } from '../../../documents/lexical/index.ts';
import type { BuildContext } from '../../port.ts';
import { hadamardSize, paddedDimensions, ROTATION_ROUNDS } from '../format/layout.ts';
import { PayloadEncoder } from '../format/payload.ts';
import { rotationSigns } from '../format/rotation-signs.ts';
import { type BuildKernels, buildKernels } from '../kernels/kernels.ts';
import { KernelMemory } from '../kernels/memory.ts';
import { ColumnBuilder } from './column-builder.ts';
import { GrowingWords } from './growing.ts';
import { IdList } from './id-list.ts';
import { KeyBuilder } from './key-builder.ts';
import { PostingsBuilder } from './postings-builder.ts';
import { SpilledRows } from './spilled-rows.ts';

/** Corpus rows in reading order, split into parts; large parts are in temporary files. */
export interface Collected {
  readonly rows: number;
  /** Padded; 0 without vectors. */
  readonly dimensions: number;
  readonly memory: KernelMemory;
  readonly kernels: BuildKernels;
  readonly spilled: SpilledRows;
  /** Rows in ascending order of their ids. */
  readonly byId: Uint32Array;
  /** Hash of each row's id; makes sampling independent of the reading order. */
  readonly idHashes: Uint32Array;
  readonly ids: KeyBuilder;
  readonly documents: KeyBuilder;
  readonly columns: ReadonlyMap<string, ColumnBuilder>;
  /** Whether the index supports lexical search. */
  readonly hasWords: boolean;
  readonly lexicon: LexiconBuilder;
  readonly postings: PostingsBuilder;
  /** Number of terms per row. */
  readonly lengths: Uint32Array;
  /** SHA-256 over ids, vectors and payloads in the order of the ids. */
  readonly contentHash: Uint8Array;
  close(): void;
}

/** Rows per batch read from the corpus; LanceDB's memory grows with it. */
const SCAN_BATCH = 512;

/** Reads the whole corpus once. */
export async function collect(
  { corpus, signal, onProgress }: BuildContext,
  folder: string,
  options: { readonly lexical: boolean; readonly seed: number },
): Promise<Collected> {
  const total = (await corpus.stats()).chunks;
  const collector = new Collector(corpus.settings, folder, { ...options, total });
  try {
    const scan = corpus.scan({
      withTerms: options.lexical,
      batchSize: SCAN_BATCH,
      withVectors: collector.dimensions > 0,
      signal,
    });
    for await (const batch of prefetched(scan)) {
      throwIfAborted(signal);
      for (const stored of batch) collector.add(stored);
      onProgress?.({ stage: 'read', done: collector.rows, total });
    }
    return collector.finish();
  } catch (error) {
    collector.close();
    throw error;
  }
}

/** Splits rows into the parts of {@link Collected}. */
class Collector {
  /** Padded; 0 without vectors. */
  readonly dimensions: number;
  readonly #fields: FieldTypes;
  readonly #lexical: boolean;
  readonly #memory = new KernelMemory();
  readonly #kernels = buildKernels(this.#memory.memory);
  readonly #rotate: (vector: Float32Array | undefined) => Uint8Array;
  readonly #spilled: SpilledRows;
  readonly #postings: PostingsBuilder;
  readonly #hashes: GrowingWords;
  readonly #idHashes: GrowingWords;
  readonly #lengths: GrowingWords;
  readonly #ids: IdList;
  readonly #idKeys: KeyBuilder;
  readonly #documentKeys: KeyBuilder;
  readonly #payloads = new PayloadEncoder();
  readonly #lexicon = new LexiconBuilder();
  readonly #fingerprint = new Fingerprint();
  readonly #columns: ReadonlyMap<string, ColumnBuilder>;

  /** `total`: expected number of rows. */
  constructor(
    { dimensions, fields }: CollectionSettings,
    folder: string,
    { lexical, seed, total }: { readonly lexical: boolean; readonly seed: number; readonly total: number },
  ) {
    this.dimensions = dimensions === 0 ? 0 : paddedDimensions(dimensions);
    this.#fields = fields;
    this.#lexical = lexical;
    this.#rotate = rotation(this.#memory, this.#kernels, this.dimensions, seed);
    // In a build with lexical search, postings and vocabulary need the memory that the rows of a small corpus
    // could use.
    this.#spilled = new SpilledRows(folder, 4 * this.dimensions, total, !lexical);
    this.#postings = new PostingsBuilder(folder);
    [this.#hashes, this.#idHashes] = [new GrowingWords(total), new GrowingWords(total)];
    this.#lengths = new GrowingWords(lexical ? total : 0);
    this.#ids = new IdList(total);
    [this.#idKeys, this.#documentKeys] = [new KeyBuilder(total), new KeyBuilder(total)];
    this.#columns = new Map(Object.entries(fields).map(([name, type]) => [name, new ColumnBuilder(type)]));
  }

  /** Rows added. */
  get rows(): number {
    return this.#ids.count;
  }

  add({ chunk, vector, terms }: StoredChunk): void {
    const row = this.rows;
    const payload = this.#payloads.encode(chunk);
    const rotated = this.#rotate(vector);
    this.#spilled.append(rotated, payload);
    this.#hashes.push(crc32(rotated, crc32(payload)));
    this.#ids.add(chunk.id);
    this.#idHashes.push(this.#fingerprint.of(chunk.id).high);
    this.#idKeys.add(chunk.id, 0);
    this.#documentKeys.add(chunk.documentId, chunk.ordinal);
    if (this.#columns.size > 0) {
      const values = fieldValues(chunk.metadata, this.#fields);
      for (const [name, column] of this.#columns) column.add(values[name] ?? null);
    }
    if (!this.#lexical) return;
    this.#lengths.push(this.#postings.add(row, terms));
    this.#lexicon.add(searchedText(chunk), terms);
  }

  finish(): Collected {
    this.#spilled.finish();
    const byId = this.#ids.order();
    return {
      rows: this.rows,
      dimensions: this.dimensions,
      memory: this.#memory,
      kernels: this.#kernels,
      spilled: this.#spilled,
      byId,
      idHashes: this.#idHashes.view(),
      ids: this.#idKeys,
      documents: this.#documentKeys,
      columns: this.#columns,
      hasWords: this.#lexical,
      lexicon: this.#lexicon,
      postings: this.#postings,
      lengths: this.#lengths.view(),
      contentHash: this.#contentHash(byId),
      close: () => this.close(),
    };
  }

  close(): void {
    this.#spilled.close();
    this.#postings.close();
  }

  #contentHash(byId: Uint32Array): Uint8Array {
    const content = createHash('sha256');
    const rowHashes = this.#hashes.view();
    const word = new Uint32Array(1);
    for (const row of byId) {
      word[0] = rowHashes[row]!;
      content.update(this.#ids.bytesOf(row)).update(new Uint8Array(word.buffer));
    }
    return content.digest();
  }
}

/** Rotates one vector in the kernels' memory; returns a view that is valid until the next call. */
function rotation(
  memory: KernelMemory,
  kernels: BuildKernels,
  dimensions: number,
  seed: number,
): (vector: Float32Array | undefined) => Uint8Array {
  if (dimensions === 0) return () => new Uint8Array(0);
  const signs = rotationSigns(seed, dimensions, ROTATION_ROUNDS);
  const signsAt = memory.reserve(signs.byteLength);
  const valuesAt = memory.reserve(4 * dimensions);
  memory.floats.set(signs, signsAt / 4);
  return (vector) => {
    memory.floats.fill(0, valuesAt / 4, valuesAt / 4 + dimensions);
    if (vector !== undefined) memory.floats.set(vector, valuesAt / 4);
    kernels.rotate(valuesAt, dimensions, hadamardSize(dimensions), signsAt, ROTATION_ROUNDS);
    return memory.bytes.subarray(valuesAt, valuesAt + 4 * dimensions);
  };
}

/** Prefetches one batch, so that LanceDB decodes in parallel with the consumer. */
async function* prefetched<T>(batches: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = batches[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done === true) return;
      next = iterator.next();
      // The read is awaited later; a failure before that must not count as an unhandled rejection.
      next.catch(() => {});
      yield value;
    }
  } finally {
    await next.catch(() => {});
    await iterator.return?.();
  }
}
