import type { IncomingHttpHeaders } from 'node:http';
import type { OpenObject } from '../../../io/storage/index.ts';
import { isWanted, quoted, rangeOf } from './conditions.ts';
import type { S3Answer, S3Operation } from './context.ts';

/** GetObject and HeadObject, which differ only in the body. */
export const getObject: S3Operation = async (request, bucket, context) => {
  const object = await bucket.folder.open(request.key);
  try {
    const kept = context.kept.get(bucket.name, request.key, object.identity);
    return answerOf(object, request.method === 'HEAD', request.headers, kept);
  } catch (error) {
    await object.close();
    throw error;
  }
};

function answerOf(
  object: OpenObject,
  isHead: boolean,
  headers: IncomingHttpHeaders,
  kept: Readonly<Record<string, string>>,
): S3Answer {
  const close = (): Promise<void> => object.close();
  const facts = {
    etag: quoted(object.etag),
    'last-modified': new Date(object.modifiedMs).toUTCString(),
    'accept-ranges': 'bytes',
  };
  if (!isWanted(object, headers)) return { status: 304, headers: facts, close };
  const { sizeBytes } = object;
  const range = rangeOf(headers.range, sizeBytes);
  const length = range?.length ?? sizeBytes;
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...facts,
      'content-type': 'binary/octet-stream',
      ...kept,
      'content-length': length,
      ...(range === undefined
        ? {}
        : { 'content-range': `bytes ${range.offset}-${range.offset + length - 1}/${sizeBytes}` }),
    },
    ...(isHead || length === 0 ? {} : { body: object.pieces(range), length }),
    close,
  };
}
