import { bodyOf } from './body.ts';
import { quoted, writeCondition } from './conditions.ts';
import { placeObject, type S3Operation } from './context.ts';
import { objectHeaders } from './kept-headers.ts';

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

export const deleteObject: S3Operation = async ({ key }, bucket, context, requestId) => {
  await bucket.folder.delete([key]);
  context.kept.delete(bucket.name, key);
  context.changed({ bucket: bucket.name, key, requestId, reason: 'DeleteObject' });
  return { status: 204 };
};
