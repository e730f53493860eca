import { createHash } from 'node:crypto';
import { requireCollection } from '../../src/corpus/index.ts';
import { openLanceCorpus } from '../../src/corpus/lancedb/store.ts';
import { openStorage, type StoragePlace } from '../../src/io/storage/index.ts';

/** The corpus as sorted lines, one per document and chunk: ids, metadata, hashes of content and vectors. */
export async function corpusContent(place: StoragePlace, collection = 'default'): Promise<readonly string[]> {
  const storage = await openStorage(place.location, place.s3);
  const settings = await requireCollection(storage, collection);
  const corpus = await openLanceCorpus({ ...place, prefix: await tablesPrefix(place, collection) }, settings);
  const lines: string[] = [];
  for await (const documents of corpus.documents()) {
    for (const { id, contentHash, metadata, chunkCount } of documents) {
      lines.push(`document ${id} ${contentHash} ${JSON.stringify(metadata)} ${chunkCount}`);
    }
  }
  for await (const chunks of corpus.scan({ withVectors: true })) {
    for (const { chunk, vector, terms } of chunks) {
      const content = createHash('sha256')
        .update(`${chunk.title}\n${chunk.text}\n${terms}\n${chunk.start}`)
        .digest('hex');
      const numbers = vector === undefined ? '' : createHash('sha256').update(vector).digest('hex');
      lines.push(
        `chunk ${chunk.id} ${chunk.documentId} ${content} ${JSON.stringify(chunk.metadata)} ${numbers}`,
      );
    }
  }
  await corpus.close();
  await storage.close();
  return lines.sort();
}

/** Prefix of the collection's LanceDB tables. */
async function tablesPrefix(place: StoragePlace, collection: string): Promise<string> {
  const storage = await openStorage(place.location, place.s3);
  try {
    for await (const { key } of storage.list(`${collection}/`)) {
      const table = /^(.*\/)[^/]+\.lance\//.exec(key);
      if (table?.[1] !== undefined && !key.includes('/indexes/')) return table[1];
    }
  } finally {
    await storage.close();
  }
  throw new Error(`no table below ${collection}/`);
}
