import type { BuildContext } from '../../port.ts';
import type { UnitChecksum } from '../format/checksum.ts';
import { LEXICON_HEAD_BYTES } from '../format/layout.ts';
import type { SnapshotHeader } from '../format/opening.ts';
import type { SectionName } from '../format/sections.ts';
import type { Collected } from './collect.ts';
import type { RowOrder } from './order-rows.ts';
import { SegmentWriter } from './segment-writer.ts';

/** Writes postings, lengths and the lexicon. */
export async function writeWords(
  { storage, prefix, onProgress }: BuildContext,
  { rows, postings, lexicon, lengths }: Collected,
  { order }: RowOrder,
  checksum: (section: SectionName) => UnitChecksum,
) {
  onProgress?.({ stage: 'words', done: 0, total: rows });
  const writer = (section: SectionName) => new SegmentWriter(storage, prefix, section);
  const finalRow = inverseOf(order);
  const lists = writer('postings');
  const bucketBytes = await postings.write(finalRow, lists, checksum('postings'));
  const lengthBytes = new Uint8Array(4 + 2 * rows);
  const view = new DataView(lengthBytes.buffer);
  order.forEach((source, row) => {
    view.setUint16(4 + 2 * row, Math.min(65_535, lengths[source]!), true);
  });
  view.setUint32(0, checksum('lengths').of(0, lengthBytes.subarray(4)), true);
  const [lengthsWriter, lexiconWriter] = [writer('lengths'), writer('lexicon')];
  lengthsWriter.append(lengthBytes);
  const words = lexicon.build().toBytes();
  const lexiconBytes = new Uint8Array(LEXICON_HEAD_BYTES + words.length);
  lexiconBytes.set(words, LEXICON_HEAD_BYTES);
  new DataView(lexiconBytes.buffer).setUint32(0, checksum('lexicon').of(0, lexiconBytes.subarray(4)), true);
  lexiconWriter.append(lexiconBytes);
  return {
    bucketBytes,
    sections: {
      postings: await lists.finish(),
      lengths: await lengthsWriter.finish(),
      lexicon: await lexiconWriter.finish(),
    },
  };
}

/** The final row of each collected row. */
function inverseOf(order: Uint32Array): Uint32Array {
  const finalRow = new Uint32Array(order.length);
  order.forEach((source, row) => {
    finalRow[source] = row;
  });
  return finalRow;
}

/** Writes filter columns and the tables of ids. */
export async function writeTables(
  { storage, prefix }: BuildContext,
  { columns, ids, documents }: Collected,
  { order }: RowOrder,
  checksum: (section: SectionName) => UnitChecksum,
) {
  const writer = (section: SectionName) => new SegmentWriter(storage, prefix, section);
  const columnWriter = writer('columns');
  const places: SnapshotHeader['columns'][number][] = [];
  let offset = 0;
  for (const [name, column] of columns) {
    const bytes = column.encode(places.length, order, checksum('columns'));
    columnWriter.append(bytes);
    places.push({ name, type: column.type, offset, sizeBytes: bytes.length });
    offset += bytes.length;
  }
  const finalRow = inverseOf(order);
  const [idWriter, documentWriter] = [writer('ids'), writer('documents')];
  idWriter.append(ids.encode(finalRow, checksum('ids')));
  documentWriter.append(documents.encode(finalRow, checksum('documents')));
  return {
    columns: { places, segments: await columnWriter.finish() },
    ids: await idWriter.finish(),
    documents: await documentWriter.finish(),
  };
}
