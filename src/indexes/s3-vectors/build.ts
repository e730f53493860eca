import { rm } from 'node:fs/promises';
import { hasCode } from '../../core/index.ts';
import { privateFolder } from '../../io/temporary/index.ts';
import { plannedBuild } from '../planned-build.ts';
import type { BuildContext, IndexBackend, IndexManifest } from '../port.ts';
import { buildSnapshot } from '../snapshot/build/build.ts';
import { S3VectorsClient } from './client.ts';
import { isConflict } from './errors.ts';
import { deleteRecord, indexName, writeRecord } from './layout.ts';
import { checkStorable, vectorMetadata } from './metadata.ts';
import { s3VectorsSettings } from './settings.ts';
import { VectorSpool } from './vector-spool.ts';
import { checkCount, writeVectors } from './write-vectors.ts';

/**
 * Builds one version: an index of its own in the vector bucket, and a snapshot without vectors below the version's
 * prefix, which contains texts, terms and filter columns. The corpus is read once.
 */
export async function buildS3VectorsIndex(
  backend: Pick<IndexBackend, 'kind' | 'capabilities' | 'parameters'>,
  context: BuildContext,
): Promise<IndexManifest> {
  const { corpus, storage, prefix, signal, onProgress } = context;
  const { settings } = corpus;
  const planned = await plannedBuild(backend, context);
  checkStorable(settings);
  const client = new S3VectorsClient(s3VectorsSettings(context.servers), 'build');
  const folder = await privateFolder('s3-vectors');
  const spool = new VectorSpool(folder, settings.dimensions, planned.stats.chunks);
  try {
    const index = indexName(prefix);
    await writeRecord(storage, prefix, client.settings);
    await createIndex(client, index, settings.dimensions, signal).catch(async (error: unknown) => {
      // No index was created, and its deletion would fail as long as the vector bucket does not exist.
      if (hasCode(error, 'BUCKET_MISSING')) await deleteRecord(storage, prefix);
      throw error;
    });
    const { chunks, build } = await buildTexts(context, spool);
    const total = spool.count;
    const vectorBytes = await writeVectors(client, index, spool.vectors(), { total, onProgress, signal });
    await checkCount(client, index, total, signal);
    return planned.manifest(chunks, build.sizeBytes && build.sizeBytes + vectorBytes);
  } finally {
    client.close();
    spool.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function createIndex(
  client: S3VectorsClient,
  name: string,
  dimension: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const input = { indexName: name, dataType: 'float32', dimension, distanceMetric: 'cosine' };
  try {
    await client.call('CreateIndex', input, { signal });
  } catch (error) {
    // The name contains the random version, so the index was created by an attempt whose response was lost.
    if (!isConflict(error)) throw error;
  }
}

/** Builds the snapshot of texts and terms, and keeps the vectors for later. */
function buildTexts(context: BuildContext, spool: VectorSpool): Promise<IndexManifest> {
  const { corpus } = context;
  const { settings } = corpus;
  const withoutVectors: BuildContext['corpus'] = {
    settings: { ...settings, dimensions: 0 },
    stats: () => corpus.stats(),
    async *scan(options) {
      for await (const batch of corpus.scan({ ...options, withVectors: true })) {
        for (const { chunk, vector } of batch)
          if (vector !== undefined) spool.add(chunk.id, vector, vectorMetadata(chunk, settings));
        yield batch.map(({ vector, ...stored }) => stored);
      }
    },
  };
  return buildSnapshot({ ...context, corpus: withoutVectors, buildParameters: {}, queryParameters: {} });
}
