import { createReadStream } from 'node:fs';
import type { StagedObject } from '../../../io/storage/index.ts';
import { wireError } from '../wire-error.ts';
import { bodyOf, textOf } from './body.ts';
import { quoted, unquoted, writeCondition } from './conditions.ts';
import { type Bucket, placeObject, type S3Operation, xmlAnswer } from './context.ts';
import { invalidArgument, notImplemented } from './errors.ts';
import { objectHeaders } from './kept-headers.ts';
import type { S3Request } from './request.ts';
import { chosenParts, type NamedPart, type Upload, type Uploads } from './uploads.ts';
import { type ReadElement, readXml } from './xml.ts';

const MAX_PARTS = 10_000;
const PIECE_BYTES = 256 * 1024;

export const createMultipartUpload: S3Operation = async ({ key, headers }, { name, folder }, { uploads }) => {
  // Rejects an invalid key now rather than on completion.
  folder.check(key);
  const algorithm = headers['x-amz-checksum-algorithm'];
  const { id } = uploads.create({
    bucket: name,
    key,
    folder,
    headers: objectHeaders(headers),
    checksum: algorithm === undefined ? undefined : String(algorithm).toLowerCase(),
  });
  const answer = xmlAnswer('InitiateMultipartUploadResult', { Bucket: name, Key: key, UploadId: id });
  return algorithm === undefined
    ? answer
    : { ...answer, headers: { ...answer.headers, 'x-amz-checksum-algorithm': algorithm } };
};

export const uploadPart: S3Operation = async (request, bucket, { uploads }) => {
  const upload = uploadOf(request, bucket, uploads);
  const number = partNumber(request.query.get('partNumber') ?? '');
  const { content, checksums } = bodyOf(request.incoming);
  const staged = await bucket.folder.stage(content);
  try {
    checkAlgorithm(upload, checksums);
  } catch (error) {
    await bucket.folder.discard(staged);
    throw error;
  }
  await uploads.addPart(upload, number, { staged, checksums });
  return { status: 200, headers: { etag: quoted(staged.etag), ...Object.fromEntries(checksums) } };
};

export const completeMultipartUpload: S3Operation = async (request, bucket, context, requestId) => {
  const { key } = request;
  const upload = uploadOf(request, bucket, context.uploads);
  const condition = writeCondition(request.headers);
  const document = readXml(await textOf(bodyOf(request.incoming)), 'CompleteMultipartUpload');
  const named = document.all('Part').map(namedPart);
  if (named.length === 0) {
    throw wireError('MalformedXML', 400, 'You must specify at least one part');
  }
  const placed = await context.uploads.completing(upload, async () => {
    const parts = chosenParts(upload, named);
    return placeObject(bucket, key, await bucket.folder.stage(joined(parts)), condition);
  });
  context.kept.set(bucket.name, key, placed.identity, upload.headers);
  const { etag, sizeBytes } = placed;
  const written = { etag, sizeBytes };
  context.changed({ bucket: bucket.name, key, requestId, reason: 'CompleteMultipartUpload', written });
  const location = `http://${request.headers.host}/${bucket.name}/${encodeURIComponent(key)}`;
  const result = { Location: location, Bucket: bucket.name, Key: key, ETag: quoted(etag) };
  return xmlAnswer('CompleteMultipartUploadResult', result);
};

export const abortMultipartUpload: S3Operation = async (request, bucket, { uploads }) => {
  await uploads.abort(uploadOf(request, bucket, uploads));
  return { status: 204 };
};

/** The upload named in the query. @throws NoSuchUpload */
const uploadOf = ({ query, key }: S3Request, bucket: Bucket, uploads: Uploads): Upload =>
  uploads.get(query.get('uploadId') ?? '', bucket.name, key);

function partNumber(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= MAX_PARTS) return number;
  throw invalidArgument(
    `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`,
    'partNumber',
    text,
  );
}

/** Checks that a part has the checksum algorithm of its upload, or no checksum. @throws InvalidRequest */
function checkAlgorithm({ checksum }: Upload, checksums: ReadonlyMap<string, string>): void {
  for (const name of checksums.keys()) {
    const actual = name.slice('x-amz-checksum-'.length);
    if (actual === checksum) continue;
    throw wireError(
      'InvalidRequest',
      400,
      `Checksum Type mismatch occurred, expected checksum Type: ${checksum ?? 'null'}, actual checksum Type: ${actual}`,
    );
  }
}

function namedPart(part: ReadElement): NamedPart {
  const checksums = new Map<string, string>();
  for (const { name, characters } of part.children) {
    if (name === 'PartNumber' || name === 'ETag') continue;
    if (!name.startsWith('Checksum')) throw notImplemented(`${name} in CompleteMultipartUpload`);
    checksums.set(`x-amz-checksum-${name.slice('Checksum'.length).toLowerCase()}`, characters);
  }
  return {
    number: partNumber(part.text('PartNumber') ?? ''),
    etag: unquoted(part.text('ETag') ?? ''),
    checksums,
  };
}

/** The content of the parts in order, in pieces. */
async function* joined(parts: readonly StagedObject[]): AsyncGenerator<Uint8Array> {
  for (const { path } of parts) yield* createReadStream(path, { highWaterMark: PIECE_BYTES });
}
