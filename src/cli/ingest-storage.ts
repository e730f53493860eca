import type { Workspace } from '../config/index.ts';
import { collectionPrefix, SragError } from '../core/index.ts';

const MEBIBYTE = 2 ** 20;
/** Minimum size of /tmp, enough for the documents of a batch and a growing collection. */
const LEAST_MB = 2_048;
/** Lambda's maximum. */
const MOST_MB = 10_240;
/** Space in /tmp for the documents of the next batch, in addition to the unsorted rows of an index. */
const DOCUMENTS_MB = 1_024;
/** The collection may grow by this factor before the next deployment. */
const GROWTH = 2;

/**
 * Megabytes of /tmp that the `ingest` function needs if the corpus doubles from `corpusBytes`, limited to
 * Lambda's maximum.
 * @throws UNSUPPORTED if even the present collection is too large to index
 */
export function ingestStorageMb(corpusBytes: number): number {
  const corpusMb = corpusBytes / MEBIBYTE;
  if (corpusMb + DOCUMENTS_MB > MOST_MB) {
    throw new SragError(
      'UNSUPPORTED',
      `The collection has ${Math.ceil(corpusMb)} MB. The ${MOST_MB} MB of a function's /tmp are not enough to build its index.`,
      {
        remedy: 'Deploy with --no-ingest, and run srag ingest and srag index build on your own machine.',
        fields: { corpusMb, limitMb: MOST_MB },
      },
    );
  }
  return Math.min(MOST_MB, Math.max(LEAST_MB, Math.ceil(GROWTH * corpusMb + DOCUMENTS_MB)));
}

/** Bytes of the configured collection's corpus; 0 if it does not exist yet. */
export async function corpusBytes({ storage, config }: Workspace): Promise<number> {
  let sum = 0;
  for await (const { sizeBytes } of storage.list(`${collectionPrefix(config.collection)}corpus/`))
    sum += sizeBytes;
  return sum;
}
