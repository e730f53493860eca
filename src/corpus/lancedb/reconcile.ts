import { guarded, sqlIn, sqlString } from '../../io/lance/index.ts';
import type { CorpusTable } from './corpus-table.ts';

/**
 * Removes chunks of replaced document versions, which concurrent ingests may leave behind. Returns their
 * number.
 */
export async function removeReplacedChunks(table: CorpusTable): Promise<number> {
  if (await hasAllAndOnlyItsChunks(table)) return 0;
  const current = new Map<string, string>();
  const chunkHashes = new Map<string, Set<string>>();
  const query = table.lance.query().select(['document_id', 'content_hash', 'is_document']);
  for await (const batch of table.batches(query)) {
    const [id, hash] = [batch.column<string>('document_id'), batch.column<string>('content_hash')];
    const isDocument = batch.column<boolean>('is_document');
    for (let row = 0; row < batch.rows; row++) {
      const [documentId, contentHash] = [id(row) ?? '', hash(row) ?? ''];
      if (isDocument(row)) current.set(documentId, contentHash);
      else chunkHashes.set(documentId, (chunkHashes.get(documentId) ?? new Set()).add(contentHash));
    }
  }
  let removed = 0;
  for (const [documentId, hashes] of chunkHashes) {
    const wanted = current.get(documentId);
    const stale = [...hashes].filter((hash) => hash !== wanted);
    if (wanted === undefined || stale.length === 0) continue;
    const where = `NOT is_document AND document_id = ${sqlString(documentId)} AND ${sqlIn('content_hash', stale)}`;
    removed += await guarded('Counting replaced chunks', () => table.lance.countRows(where));
    await table.commit('Removing replaced chunks', () => table.lance.delete(where));
  }
  return removed;
}

/** Every commit is atomic, so the counts show whether concurrent inserts left chunks behind. */
async function hasAllAndOnlyItsChunks(table: CorpusTable): Promise<boolean> {
  await guarded('Reading the corpus', () => table.lance.checkoutLatest());
  let expected = 0;
  const query = table.lance.query().where('is_document').select(['chunk_count']);
  for await (const batch of table.batches(query)) {
    const count = batch.column<number>('chunk_count');
    for (let row = 0; row < batch.rows; row++) expected += count(row) ?? 0;
  }
  return expected === (await guarded('Counting chunks', () => table.lance.countRows('NOT is_document')));
}
