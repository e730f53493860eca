import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { searchedText, throwIfAborted } from '../../../core/index.ts';
import { fieldValues } from '../../../corpus/index.ts';
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
  context: BuildContext,
  folder: string,
  options: { readonly lexical: boolean; readonly seed: number },
): Promise<Collected> {
  const { corpus, signal } = context;
  const { settings } = corpus;
  const total = (await corpus.stats()).chunks;
  const memory = new KernelMemory();
  const kernels = buildKernels(memory.memory);
  const dimensions = settings.dimensions === 0 ? 0 : paddedDimensions(settings.dimensions);
  const rotate = rotation(memory, kernels, dimensions, options.seed);
  // Postings and vocabulary need the memory that rows of a small corpus would otherwise use.
  const spilled = new SpilledRows(folder, 4 * dimensions, total, !options.lexical);
  const postings = new PostingsBuilder(folder);
  const close = (): void => {
    spilled.close();
    postings.close();
  };
  try {
    const [hashes, idHashes] = [new GrowingWords(total), new GrowingWords(total)];
    const lengths = new GrowingWords(options.lexical ? total : 0);
    const ids = new IdList(total);
    const [idKeys, documentKeys] = [new KeyBuilder(total), new KeyBuilder(total)];
    const payloads = new PayloadEncoder();
    const lexicon = new LexiconBuilder();
    const print = new Fingerprint();
    const columns = new Map(
      Object.entries(settings.fields).map(([name, type]) => [name, new ColumnBuilder(type)]),
    );
    const scan = corpus.scan({
      withTerms: options.lexical,
      batchSize: SCAN_BATCH,
      withVectors: dimensions > 0,
      signal,
    });
    for await (const batch of prefetched(scan)) {
      throwIfAborted(signal);
      for (const { chunk, vector, terms } of batch) {
        const row = ids.count;
        const payload = payloads.encode(chunk);
        const rotated = rotate(vector);
        spilled.append(rotated, payload);
        hashes.push(crc32(rotated, crc32(payload)));
        ids.add(chunk.id);
        idHashes.push(print.of(chunk.id).high);
        idKeys.add(chunk.id, 0);
        documentKeys.add(chunk.documentId, chunk.ordinal);
        if (columns.size > 0) {
          const values = fieldValues(chunk.metadata, settings.fields);
          for (const [name, column] of columns) column.add(values[name] ?? null);
        }
        if (options.lexical) {
          lengths.push(postings.add(row, terms));
          lexicon.add(searchedText(chunk), terms);
        }
      }
      context.onProgress?.({ stage: 'read', done: ids.count, total });
    }
    spilled.finish();
    const byId = ids.order();
    const content = createHash('sha256');
    const rowHashes = hashes.view();
    const word = new Uint32Array(1);
    for (const row of byId) {
      word[0] = rowHashes[row]!;
      content.update(ids.bytesOf(row)).update(new Uint8Array(word.buffer));
    }
    return {
      rows: ids.count,
      dimensions,
      memory,
      kernels,
      spilled,
      byId,
      idHashes: idHashes.view(),
      ids: idKeys,
      documents: documentKeys,
      columns,
      lexicon,
      postings,
      lengths: lengths.view(),
      contentHash: content.digest(),
      close,
    };
  } catch (error) {
    close();
    throw error;
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
      // Handled where it is awaited, unless the consumer stops early.
      next.catch(() => {});
      yield value;
    }
  } finally {
    await next.catch(() => {});
    await iterator.return?.();
  }
}
