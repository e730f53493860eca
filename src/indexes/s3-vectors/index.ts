import { hasCode, SragError } from '../../core/index.ts';
import type { IndexBackend, IndexCapabilities, ParameterDescription } from '../port.ts';
import { S3VectorsClient } from './client.ts';
import { isMissing } from './errors.ts';
import { type BucketRecord, findRecord, indexName, NAME_PREFIX } from './layout.ts';
import { openS3VectorsIndex } from './searcher.ts';
import { type S3VectorsSettings, s3VectorsSettings } from './settings.ts';

const CAPABILITIES: IndexCapabilities = {
  vectorSearch: 'approximate',
  lexicalOnly: false,
  minRows: 1,
  metrics: ['cosine'],
  filters: true,
  stringRanges: false,
  signatures: false,
};
/** The service chooses all parameters itself. */
const PARAMETERS: readonly ParameterDescription[] = [];

/** Creates the backend of the kind `s3-vectors`. */
export function create(kind: 's3-vectors'): IndexBackend {
  const described = { kind, capabilities: CAPABILITIES, parameters: PARAMETERS };
  return {
    ...described,
    // Loaded lazily: searching does not need it.
    build: async (context) => (await import('./build.ts')).buildS3VectorsIndex(described, context),
    open: (manifest, context) => openS3VectorsIndex(manifest, PARAMETERS, context),
    check: (servers) => using(s3VectorsSettings(servers), describeBucket),
    async remove({ storage, prefix, servers, signal }) {
      const record = await findRecord(storage, prefix);
      if (record === undefined) return;
      const settings = s3VectorsSettings(servers);
      if (settings.bucket !== record.bucket || settings.region !== record.region)
        throw otherBucket(record, settings);
      await using(settings, (client) =>
        client.call('DeleteIndex', { indexName: indexName(prefix) }, { signal }).catch((error: unknown) => {
          if (!isMissing(error)) throw hasCode(error, 'BUCKET_MISSING') ? elsewhere(error, record) : error;
        }),
      );
    },
  };
}

async function using<T>(
  settings: S3VectorsSettings,
  work: (client: S3VectorsClient) => Promise<T>,
): Promise<T> {
  const client = new S3VectorsClient(settings);
  return work(client).finally(() => client.close());
}

async function describeBucket(client: S3VectorsClient): Promise<string> {
  const { indexes = [], nextToken } = await client.call<{ indexes: readonly unknown[]; nextToken: string }>(
    'ListIndexes',
    { prefix: NAME_PREFIX, maxResults: 500 },
  );
  const { bucket, region } = client.settings;
  const more = nextToken ? ' or more' : '';
  return `vector bucket ${bucket} in ${region}; indexes named ${NAME_PREFIX}*: ${indexes.length}${more}`;
}

/**
 * A vector bucket that the credentials do not find may exist in another account or at another endpoint, and its indexes
 * are billed until they are deleted.
 */
const elsewhere = (cause: SragError, { bucket, region }: BucketRecord): SragError =>
  new SragError(cause.code, `${cause.message} Its index is not deleted.`, {
    remedy: `Use the credentials and s3Vectors.endpoint with which the version was built. If the bucket was deleted, create an empty one until the version is deleted: aws s3vectors create-vector-bucket --vector-bucket-name ${bucket} --region ${region}`,
    fields: cause.fields,
    upstream: cause.upstream,
    cause,
  });

const otherBucket = ({ bucket, region }: BucketRecord, settings: S3VectorsSettings): SragError =>
  new SragError(
    'INVALID_CONFIG',
    `The index of the version is in vector bucket '${bucket}' in ${region}, not in '${settings.bucket}' in ${settings.region}.`,
    {
      remedy: `Set s3Vectors.bucket to ${bucket} and s3Vectors.region to ${region} until the version is deleted.`,
      fields: { path: 's3Vectors', bucket, region },
    },
  );
