import { wireError } from '../wire-error.ts';
import { bodyOf } from './body.ts';
import { type ConditionHeaders, isWanted, quoted, writeCondition } from './conditions.ts';
import { isoTime, placeObject, type S3Operation, xmlAnswer } from './context.ts';
import { invalidArgument, notImplemented } from './errors.ts';
import { objectHeaders } from './kept-headers.ts';
import type { S3Request } from './request.ts';

export const putObject: S3Operation = async (request, bucket, context, requestId) => {
  const { key, headers } = request;
  const condition = writeCondition(headers);
  const kept = objectHeaders(headers);
  const { content, checksums } = bodyOf(request.incoming);
  const placed = await placeObject(bucket, key, await bucket.folder.stage(content), condition);
  context.kept.set(bucket.name, key, placed.identity, kept);
  const { etag, sizeBytes } = placed;
  context.changed({ bucket: bucket.name, key, requestId, reason: 'PutObject', written: { etag, sizeBytes } });
  return { status: 200, headers: { etag: quoted(etag), ...Object.fromEntries(checksums) } };
};

/** Copies between buckets of this server. */
export const copyObject: S3Operation = async (request, bucket, context, requestId) => {
  const { key, headers } = request;
  const from = sourceOf(request);
  const replaces = directiveOf(request) === 'REPLACE';
  if (from.bucket === bucket.name && from.key === key && !replaces) {
    throw wireError(
      'InvalidRequest',
      400,
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata.",
    );
  }
  const condition = writeCondition(headers);
  const source = await context.bucket(from.bucket).folder.open(from.key);
  try {
    if (!isWanted(source, copyConditions(request))) {
      throw wireError(
        'PreconditionFailed',
        412,
        'At least one of the pre-conditions you specified did not hold',
      );
    }
    const kept = replaces ? objectHeaders(headers) : context.kept.get(from.bucket, from.key, source.identity);
    const placed = await placeObject(bucket, key, await bucket.folder.stage(source.pieces()), condition);
    context.kept.set(bucket.name, key, placed.identity, kept);
    const { etag, sizeBytes } = placed;
    const written = { etag, sizeBytes };
    context.changed({ bucket: bucket.name, key, requestId, reason: 'CopyObject', written });
    return xmlAnswer('CopyObjectResult', { ETag: quoted(etag), LastModified: isoTime(Date.now()) });
  } finally {
    await source.close();
  }
};

export const deleteObject: S3Operation = async ({ key }, bucket, context, requestId) => {
  await bucket.folder.delete([key]);
  context.kept.delete(bucket.name, key);
  context.changed({ bucket: bucket.name, key, requestId, reason: 'DeleteObject' });
  return { status: 204 };
};

function sourceOf({ headers }: S3Request): { readonly bucket: string; readonly key: string } {
  const header = String(headers['x-amz-copy-source'] ?? '');
  if (header.includes('?')) throw notImplemented('A version in x-amz-copy-source');
  const found = /^\/?([^/]+)\/(.+)$/s.exec(header);
  try {
    if (found !== null) return { bucket: decodeURIComponent(found[1]!), key: decodeURIComponent(found[2]!) };
  } catch {
    // Reported below.
  }
  throw invalidArgument('Copy Source must mention the source bucket and key', 'x-amz-copy-source', header);
}

function directiveOf({ headers }: S3Request): string {
  const directive = String(headers['x-amz-metadata-directive'] ?? 'COPY');
  if (directive === 'COPY' || directive === 'REPLACE') return directive;
  throw invalidArgument('Unknown metadata directive.', 'x-amz-metadata-directive', directive);
}

function copyConditions({ headers }: S3Request): ConditionHeaders {
  const text = (name: string): string | undefined => {
    const value = headers[`x-amz-copy-source-${name}`];
    return value === undefined ? undefined : String(value);
  };
  return {
    ifMatch: text('if-match'),
    ifNoneMatch: text('if-none-match'),
    ifModifiedSince: text('if-modified-since'),
    ifUnmodifiedSince: text('if-unmodified-since'),
  };
}
