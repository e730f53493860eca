import type { S3Client } from '@aws-sdk/client-s3';
import { SragError, throwIfAborted } from '../../core/index.ts';
import { loadOptionalPackage } from '../../io/settings/index.ts';
import type { S3Settings } from '../../io/storage/index.ts';

type S3Module = typeof import('@aws-sdk/client-s3');

/** What to delete: everything below a prefix, or a whole bucket including the bucket itself. */
export interface DataToDelete {
  readonly bucket: string;
  /** Without a prefix, the bucket itself is deleted too. */
  readonly prefix?: string;
}

export interface DeleteOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (deleted: number) => void;
}

const loadSdk = (): Promise<S3Module> =>
  loadOptionalPackage('@aws-sdk/client-s3', 'Deleting a bucket', () => import('@aws-sdk/client-s3'));

/**
 * Deletes objects with all their versions and returns their number. A bucket that no longer exists is not an
 * error.
 * @throws ACCESS_DENIED, STORAGE_UNAVAILABLE, CANCELLED. Completed deletions are not undone.
 */
export async function deleteStoredData(
  { bucket, prefix }: DataToDelete,
  settings: S3Settings & { readonly profile?: string | undefined },
  { signal, onProgress }: DeleteOptions = {},
): Promise<number> {
  const sdk = await loadSdk();
  const client = new sdk.S3Client({
    region: settings.region,
    // A profile takes precedence over the keys of the environment.
    ...(settings.profile !== undefined
      ? { profile: settings.profile }
      : settings.credentials !== undefined
        ? { credentials: settings.credentials }
        : {}),
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint, forcePathStyle: true }),
  });
  let deleted = 0;
  try {
    for await (const page of pages(sdk, client, bucket, prefix === undefined ? '' : `${prefix}/`)) {
      throwIfAborted(signal);
      await deletePage(sdk, client, bucket, page);
      deleted += page.length;
      onProgress?.(deleted);
    }
    if (prefix === undefined) await client.send(new sdk.DeleteBucketCommand({ Bucket: bucket }));
    return deleted;
  } catch (error) {
    if (error instanceof SragError) throw error;
    if ((error as Error).name === 'NoSuchBucket') return deleted;
    throw failure(bucket, error);
  } finally {
    client.destroy();
  }
}

interface Version {
  readonly Key: string;
  readonly VersionId?: string;
}

/**
 * Versions and delete markers, page by page. A page starts at a key, so deletions do not shift later pages.
 */
async function* pages(
  sdk: S3Module,
  client: S3Client,
  bucket: string,
  prefix: string,
): AsyncIterable<Version[]> {
  let next: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (next !== undefined) {
    const answer: Awaited<ReturnType<typeof list>> = await list(sdk, client, {
      Bucket: bucket,
      Prefix: prefix,
      ...next,
    });
    // Objects from before versioning have the version `null`. Without a version, a deletion would only add a
    // delete marker.
    const page = [...(answer.Versions ?? []), ...(answer.DeleteMarkers ?? [])].flatMap(
      ({ Key, VersionId }) => (Key === undefined ? [] : [{ Key, VersionId }]),
    );
    if (page.length > 0) yield page;
    next = answer.IsTruncated
      ? {
          KeyMarker: answer.NextKeyMarker,
          VersionIdMarker: answer.NextVersionIdMarker,
        }
      : undefined;
  }
}

const list = (
  sdk: S3Module,
  client: S3Client,
  input: ConstructorParameters<S3Module['ListObjectVersionsCommand']>[0],
) => client.send(new sdk.ListObjectVersionsCommand(input));

async function deletePage(
  sdk: S3Module,
  client: S3Client,
  bucket: string,
  page: readonly Version[],
): Promise<void> {
  const { Errors = [] } = await client.send(
    new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [...page], Quiet: true } }),
  );
  const [first] = Errors;
  if (first !== undefined) {
    const error = Object.assign(new Error(`${first.Key}: ${first.Message}`), { name: first.Code });
    throw failure(bucket, error);
  }
}

function failure(bucket: string, error: unknown): SragError {
  const { name, message } = error as Error;
  const isDenied = /AccessDenied|Forbidden|InvalidAccessKey|SignatureDoesNotMatch/i.test(name);
  return new SragError(
    isDenied ? 'ACCESS_DENIED' : 'STORAGE_UNAVAILABLE',
    `Bucket ${bucket} could not be emptied: ${name}: ${message}`,
    {
      remedy: isDenied
        ? 'Grant these credentials s3:ListBucketVersions, s3:DeleteObjectVersion and s3:DeleteBucket on it.'
        : 'Try again: completed deletions are kept.',
      fields: { bucket },
      cause: error,
    },
  );
}
