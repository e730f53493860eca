import type { SearchQuery, SearchResult } from '../../core/index.ts';
import { resolveParameters } from '../parameters.ts';
import type { IndexManifest, OpenContext, ParameterDescription, Searcher } from '../port.ts';
import { openVersion } from '../snapshot/open.ts';
import { S3VectorsClient } from './client.ts';
import { indexName } from './layout.ts';
import { nearestRows } from './nearest.ts';
import { s3VectorsSettings } from './settings.ts';

/**
 * Opens a version: the snapshot with its texts and terms, whose rows the index in the vector bucket finds by vector. The
 * service is contacted by the first search with a vector.
 */
export async function openS3VectorsIndex(
  manifest: IndexManifest,
  parameters: readonly ParameterDescription[],
  { storage, prefix, servers, signal }: OpenContext,
): Promise<Searcher> {
  const client = new S3VectorsClient(s3VectorsSettings(servers));
  const index = indexName(prefix);
  const nearest = nearestRows(client, index, manifest);
  const reader = await openVersion(storage, prefix, { nearest, signal }).catch((error: unknown) => {
    client.close();
    throw error;
  });
  const size = { rows: manifest.chunks, dimensions: manifest.collection.dimensions };
  return {
    manifest,
    async search({ parameters: given = {}, ...query }: SearchQuery): Promise<SearchResult> {
      resolveParameters(manifest.kind, parameters, 'query', given, size);
      return reader.search(query);
    },
    neighbours: (documentId, from, to) => reader.neighbours(documentId, from, to),
    chunks: (ids, abort, onUsage) => reader.chunks(ids, abort, onUsage),
    count: (ids) => reader.count(ids),
    async describe() {
      const { totalBytes, ...facts } = reader.describe();
      const { bucket, region } = client.settings;
      return {
        ...facts,
        textBytes: totalBytes!,
        // Without keys and metadata. The service does not report the size of an index.
        vectorBytes: size.rows * size.dimensions * Float32Array.BYTES_PER_ELEMENT,
        index,
        bucket,
        region,
        dimensions: size.dimensions,
        plan: 'vectors: query the index in the vector bucket, then read records; terms: as in a snapshot',
      };
    },
    async close() {
      reader.close();
      client.close();
    },
  };
}
