import { throwIfAborted } from '../../../core/index.ts';
import type { BuildContext } from '../../port.ts';
import type { UnitChecksum } from '../format/checksum.ts';
import { BLOCK_ROWS } from '../format/layout.ts';
import type { VectorSettings } from '../format/opening.ts';
import type { SectionName } from '../format/sections.ts';
import { CodeWriter } from './code-writer.ts';
import type { Collected } from './collect.ts';
import type { RowOrder } from './order-rows.ts';
import { RecordWriter } from './record-writer.ts';
import { SegmentWriter } from './segment-writer.ts';
import type { SymbolEncoder } from './symbol-encoder.ts';

/** Input of {@link writeRows}. */
export interface RowParts {
  readonly collected: Collected;
  readonly order: RowOrder;
  /** Undefined without vectors. */
  readonly vectors: VectorSettings | undefined;
  readonly encoder: SymbolEncoder;
  readonly checksum: (section: SectionName) => UnitChecksum;
}

type RowSection = Extract<SectionName, 'codes' | 'directory' | 'records' | 'leaves'>;

const NO_VECTOR = { vector: new Uint8Array(0), scale: 0 };

/** Writes codes, records, their directory and the leaves' centroids, block by block; returns the sizes of the segments. */
export async function writeRows(
  { storage, prefix, signal, onProgress }: BuildContext,
  { collected, order, vectors, encoder, checksum }: RowParts,
): Promise<Record<RowSection, readonly number[]>> {
  const { rows, spilled } = collected;
  const writer = (section: SectionName) => new SegmentWriter(storage, prefix, section);
  const codes = vectors && new CodeWriter(collected, order, vectors, writer('codes'), checksum('codes'));
  const records = new RecordWriter(
    { records: writer('records'), directory: writer('directory') },
    { records: checksum('records'), directory: checksum('directory') },
  );
  const idRanks = new Uint32Array(rows);
  collected.byId.forEach((row, rank) => {
    idRanks[row] = rank;
  });
  for (let first = 0; first < rows; first += BLOCK_ROWS) {
    const block = first / BLOCK_ROWS;
    for (let row = first; row < Math.min(first + BLOCK_ROWS, rows); row++) {
      const source = order.order[row]!;
      const { vector, payload: raw } = spilled.read(source);
      const quantised = codes?.add(row - first, vector) ?? NO_VECTOR;
      const payload = encoder.encode(raw);
      records.add({ ...quantised, idRank: idRanks[source]!, payload, rawBytes: raw.length });
    }
    await records.finishBlock(block);
    await codes?.finishBlock(block);
    if (block % 32 === 0) {
      throwIfAborted(signal);
      onProgress?.({ stage: 'write', done: first, total: rows });
    }
  }
  return {
    codes: [],
    leaves: [],
    ...(await codes?.finish(writer('leaves'), checksum('leaves'))),
    ...(await records.finish()),
  };
}
