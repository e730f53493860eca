import { hasCode } from '../../../core/index.ts';
import type { ListedObject, ObjectFolder } from '../../../io/storage/index.ts';
import { quoted } from './conditions.ts';
import { type Bucket, type S3Operation, xmlAnswer } from './context.ts';
import { invalidArgument } from './errors.ts';
import { wholeNumber } from './request.ts';

const MAX_KEYS = 1_000;
/** Maximum number of objects opened concurrently to read their ETags. */
const OPENED = 32;
/** Sorts after every key with a given prefix, since no key contains a higher character. */
const LAST_CHARACTER = '\u{10ffff}';

/** An entry of a listing: an object, or a common prefix of keys. */
type Entry = { readonly object: ListedObject } | { readonly prefix: string };

export const listObjects: S3Operation = async ({ query }, bucket) => {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maxKeys = wholeNumber(query, 'max-keys', [0, MAX_KEYS]);
  const encode = encoderOf(query.get('encoding-type'));
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after') ?? undefined;
  const after = token === null ? startAfter : readToken(token);
  const entries: Entry[] = [];
  let isTruncated = false;
  if (maxKeys > 0) {
    for await (const entry of entriesOf(bucket.folder, prefix, delimiter, after)) {
      isTruncated = entries.length === maxKeys;
      if (isTruncated) break;
      entries.push(entry);
    }
  }
  const objects = await withEtags(
    bucket.folder,
    entries.flatMap((entry) => ('object' in entry ? [entry.object] : [])),
  );
  const prefixes = entries.flatMap((entry) => ('prefix' in entry ? [{ Prefix: encode(entry.prefix) }] : []));
  return xmlAnswer('ListBucketResult', {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    ContinuationToken: token ?? undefined,
    NextContinuationToken: isTruncated ? tokenAfter(entries.at(-1)!) : undefined,
    EncodingType: query.get('encoding-type') ?? undefined,
    KeyCount: objects.length + prefixes.length,
    MaxKeys: maxKeys,
    IsTruncated: isTruncated,
    Contents: objects.map(({ key, sizeBytes, modifiedMs, etag }) => ({
      Key: encode(key),
      LastModified: new Date(modifiedMs).toISOString(),
      ETag: quoted(etag),
      Size: sizeBytes,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: prefixes,
  });
};

/** An object in the format in which Step Functions passes it to a Map as an item. */
export interface S3ObjectEntry {
  readonly Etag: string;
  readonly Key: string;
  /** Seconds since 1970. */
  readonly LastModified: number;
  readonly Size: number;
  readonly StorageClass: string;
}

/** All objects under a prefix, in order. */
export async function* listedObjects({ folder }: Bucket, prefix: string): AsyncGenerator<S3ObjectEntry> {
  let page: ListedObject[] = [];
  const entries = async (): Promise<S3ObjectEntry[]> =>
    (await withEtags(folder, page)).map(({ key, sizeBytes, modifiedMs, etag }) => ({
      Etag: quoted(etag),
      Key: key,
      LastModified: Math.floor(modifiedMs / 1_000),
      Size: sizeBytes,
      StorageClass: 'STANDARD',
    }));
  for await (const object of folder.list(prefix)) {
    page.push(object);
    if (page.length < MAX_KEYS) continue;
    yield* await entries();
    page = [];
  }
  yield* await entries();
}

/** Objects and common prefixes in order; each prefix appears once, even if `after` is inside it. */
async function* entriesOf(
  folder: ObjectFolder,
  prefix: string,
  delimiter: string,
  after: string | undefined,
): AsyncGenerator<Entry> {
  let last: string | undefined;
  for await (const object of folder.list(prefix, { after, foldersAsOne: delimiter === '/' })) {
    if (object.isFolder) {
      yield { prefix: object.key };
      continue;
    }
    const at = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    if (at < 0) {
      yield { object };
      continue;
    }
    const common = object.key.slice(0, at + delimiter.length);
    if (common !== last) yield { prefix: common };
    last = common;
  }
}

/** Adds the ETags of the objects, and omits objects that were deleted in the meantime. */
async function withEtags(
  folder: ObjectFolder,
  objects: readonly ListedObject[],
): Promise<(ListedObject & { readonly etag: string })[]> {
  const etags: (string | undefined)[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < objects.length; index = next++) {
      const opened = await folder.open(objects[index]!.key).catch(ignoreMissing);
      etags[index] = opened?.etag;
      await opened?.close();
    }
  };
  await Promise.all(Array.from({ length: OPENED }, worker));
  return objects.flatMap((object, index) => {
    const etag = etags[index];
    return etag === undefined ? [] : [{ ...object, etag }];
  });
}

function ignoreMissing(error: unknown): undefined {
  if (!hasCode(error, 'OBJECT_NOT_FOUND')) throw error;
}

function encoderOf(encoding: string | null): (text: string) => string {
  if (encoding === null) return (text) => text;
  if (encoding !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding);
  return (text) => encodeURIComponent(text).replaceAll('%2F', '/');
}

const tokenAfter = (entry: Entry): string =>
  Buffer.from('object' in entry ? entry.object.key : entry.prefix + LAST_CHARACTER).toString('base64url');

function readToken(token: string): string {
  const after = Buffer.from(token, 'base64url').toString();
  if (Buffer.from(after).toString('base64url') === token) return after;
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
}
