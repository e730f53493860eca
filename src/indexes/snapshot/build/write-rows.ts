import { type Metric, SragError, throwIfAborted } from '../../../core/index.ts';
import type { BuildContext } from '../../port.ts';
import type { UnitChecksum } from '../format/checksum.ts';
import {
  BLOCK_ROWS,
  codeStride,
  DIRECTORY_ENTRY_BYTES,
  FACTORS_AT,
  MAX_RECORD_UNITS,
  PLANES_AT,
  UNIT_BYTES,
} from '../format/layout.ts';
import type { VectorSettings } from '../format/opening.ts';
import { recordBytes, writeRecord } from '../format/records.ts';
import type { SectionName } from '../format/sections.ts';
import type { Collected } from './collect.ts';
import { LeafTable } from './leaf-table.ts';
import type { RowOrder } from './order-rows.ts';
import { SegmentWriter } from './segment-writer.ts';
import type { SymbolEncoder } from './symbol-encoder.ts';

/** Margin above the sample's largest correction factor; larger factors are clamped. */
const FACTOR_MARGIN = 1.25;
const MAX_FACTOR_CODE = 65_535;

/** Sizes of the written segments, by section. */
export interface WrittenRows {
  readonly codes: readonly number[];
  readonly directory: readonly number[];
  readonly records: readonly number[];
  readonly leaves: readonly number[];
}

/** Estimates from the sample: the step in which factors are stored, and the error of estimated scores. */
export function measureCodes(
  { memory, kernels, dimensions }: Collected,
  order: RowOrder,
  codeBits: number,
  metric: Metric,
): { readonly factorStep: number; readonly estimateError: number } {
  const size = 4 * dimensions;
  const work = memory.reserve(size);
  const meanAt = memory.reserve(size);
  const planes = memory.reserve(codeBits * 4 * dimensions);
  const variance = memory.reserve(4);
  memory.floats.set(order.mean, meanAt / 4);
  let largest = 0;
  const variances = new Float32Array(order.sampled);
  for (let index = 0; index < order.sampled; index++) {
    memory.bytes.copyWithin(work, order.sample + index * size, order.sample + (index + 1) * size);
    kernels.addScaled(work, meanAt, -1, dimensions);
    largest = Math.max(largest, kernels.encode(work, dimensions, codeBits, planes, 0, variance));
    variances[index] = memory.floats[variance / 4]!;
  }
  return {
    factorStep: Math.fround((largest * FACTOR_MARGIN) / MAX_FACTOR_CODE) || 1,
    estimateError: Math.sqrt(mean(metric === 'dot' ? largestTenth(variances) : variances) / dimensions),
  };
}

/** By inner product, the best results are among the longest vectors, whose codes have the largest errors. */
const largestTenth = (values: Float32Array): Float32Array =>
  values
    .slice()
    .sort()
    .subarray(Math.floor(0.9 * values.length));

const mean = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Writes codes, records, their directory and the leaves' centroids, block by block. */
export async function writeRows(
  context: BuildContext,
  collected: Collected,
  order: RowOrder,
  settings: VectorSettings | undefined,
  encoder: SymbolEncoder,
  checksum: (section: SectionName) => UnitChecksum,
): Promise<WrittenRows> {
  const { storage, prefix, signal } = context;
  const { rows, dimensions, memory, kernels, spilled } = collected;
  const writer = (section: SectionName) => new SegmentWriter(storage, prefix, section);
  const [codes, directory, records] = [writer('codes'), writer('directory'), writer('records')];
  const sums = { codes: checksum('codes'), directory: checksum('directory'), records: checksum('records') };
  const size = 4 * dimensions;
  const stride = settings === undefined ? 0 : codeStride(settings.dimensions, settings.codeBits);
  const at = {
    vector: memory.reserve(size),
    residual: memory.reserve(size),
    mean: memory.reserve(size),
    int8: memory.reserve(dimensions),
    block: memory.reserve(stride),
    variance: memory.reserve(4),
  };
  memory.floats.set(order.mean, at.mean / 4);
  const leaves = settings && new LeafTable(collected, settings.leafRows);
  const idRanks = new Uint32Array(rows);
  collected.byId.forEach((row, rank) => {
    idRanks[row] = rank;
  });

  /** The records of a block, which must be in one segment. */
  let together = new Uint8Array(64 * 1_024);
  let units = 0;
  for (let first = 0; first < rows; first += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows - first);
    const block = first / BLOCK_ROWS;
    memory.bytes.fill(0, at.block, at.block + stride);
    const entry = new Uint8Array(DIRECTORY_ENTRY_BYTES);
    const entryView = new DataView(entry.buffer);
    entryView.setUint32(4, units, true);
    let used = 0;
    for (let index = 0; index < count; index++) {
      const source = order.order[first + index]!;
      const { vector, payload: raw } = spilled.read(source);
      let scale = 0;
      if (settings !== undefined && leaves !== undefined) {
        memory.bytes.set(vector, at.vector);
        scale = kernels.quantise(at.vector, dimensions, at.int8);
        memory.bytes.copyWithin(at.residual, at.vector, at.vector + size);
        kernels.addScaled(at.residual, at.mean, -1, dimensions);
        const factor = kernels.encode(
          at.residual,
          dimensions,
          settings.codeBits,
          at.block + PLANES_AT,
          index,
          at.variance,
        );
        const code = Math.min(MAX_FACTOR_CODE, Math.round(factor / settings.factorStep));
        memory.bytes[at.block + FACTORS_AT + 2 * index] = code & 255;
        memory.bytes[at.block + FACTORS_AT + 2 * index + 1] = code >> 8;
        leaves.add(at.vector);
      }
      const payload = encoder.encode(raw);
      const end = used + recordBytes(dimensions, payload.length);
      if (end > together.length) together = enlarged(together, 2 * end);
      const int8 = memory.bytes.subarray(at.int8, at.int8 + dimensions);
      const parts = { idRank: idRanks[source]!, scale, vector: int8, payload, rawBytes: raw.length };
      const length = writeRecord(together, used, first + index, parts, sums.records) / UNIT_BYTES;
      used = end;
      if (length > MAX_RECORD_UNITS) throw tooLong(length * UNIT_BYTES);
      entryView.setUint16(8 + 2 * index, length, true);
      units += length;
    }
    if (records.isFull(used)) await records.flush();
    records.append(together.subarray(0, used));
    entryView.setUint32(0, sums.directory.of(block, entry.subarray(4)), true);
    directory.append(entry);
    if (settings !== undefined && leaves !== undefined) {
      if (codes.isFull(stride)) await codes.flush();
      const bytes = memory.bytes.subarray(at.block, at.block + stride);
      const sum = sums.codes.of(block, bytes.subarray(4));
      for (let byte = 0; byte < 4; byte++) bytes[byte] = (sum >>> (8 * byte)) & 255;
      codes.append(bytes);
      const isLeafEnd = (first + BLOCK_ROWS) % settings.leafRows === 0 || first + count === rows;
      if (isLeafEnd) leaves.finishLeaf();
    }
    if (block % 32 === 0) {
      throwIfAborted(signal);
      context.onProgress?.({ stage: 'write', done: first, total: rows });
    }
  }
  const table = writer('leaves');
  if (leaves !== undefined) table.append(leaves.finish(checksum('leaves')));
  return {
    codes: await codes.finish(),
    directory: await directory.finish(),
    records: await records.finish(),
    leaves: await table.finish(),
  };
}

function enlarged(bytes: Uint8Array, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(sizeBytes);
  larger.set(bytes);
  return larger;
}

const tooLong = (sizeBytes: number): SragError =>
  new SragError(
    'UNSUPPORTED',
    `A chunk with its metadata takes ${sizeBytes} bytes; a snapshot holds up to 1 MiB.`,
    {
      remedy: 'Ingest with smaller chunks (--max-tokens) or less metadata.',
      fields: { sizeBytes },
    },
  );
