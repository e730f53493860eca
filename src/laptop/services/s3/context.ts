import type { OutgoingHttpHeaders } from 'node:http';
import type { ObjectFolder, StagedObject, WriteCondition } from '../../../io/storage/index.ts';
import { noSuchBucket } from './errors.ts';
import { KeptHeaders } from './kept-headers.ts';
import type { S3Request } from './request.ts';
import { type XmlContent, xmlDocument } from './xml.ts';

/** An object was written or deleted through this server. */
export interface ObjectChange {
  readonly bucket: string;
  readonly key: string;
  readonly requestId: string;
  /** S3's name of what was done: `PutObject`, `CompleteMultipartUpload`, `CopyObject`, `DeleteObject`. */
  readonly reason: string;
  /** What was written; undefined for a deletion. */
  readonly written?: { readonly sizeBytes: number; readonly etag: string };
}

/** What operations answer. */
export interface S3Answer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  /** The body, `length` bytes of it. */
  readonly body?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  readonly length?: number;
  /** Frees what the body is read from. */
  close?(): Promise<void>;
}

/** One operation of S3. */
export type S3Operation = (
  request: S3Request,
  bucket: Bucket,
  context: S3Context,
  requestId: string,
) => Promise<S3Answer>;

export interface Bucket {
  readonly name: string;
  readonly folder: ObjectFolder;
}

/** What operations share. */
export class S3Context {
  readonly buckets: ReadonlyMap<string, ObjectFolder>;
  readonly region: string;
  readonly kept = new KeptHeaders();
  readonly #onChange: (change: ObjectChange) => void;

  constructor(
    buckets: ReadonlyMap<string, ObjectFolder>,
    region: string,
    onChange: (change: ObjectChange) => void,
  ) {
    this.buckets = buckets;
    this.region = region;
    this.#onChange = onChange;
  }

  /** @throws NoSuchBucket */
  bucket(name: string): Bucket {
    const folder = this.buckets.get(name);
    if (folder === undefined) throw noSuchBucket(name);
    return { name, folder };
  }

  /** Tells of a change after it was made. */
  changed(change: ObjectChange): void {
    this.#onChange(change);
  }
}

/** An answer that is a document. */
export function xmlAnswer(root: string, content: XmlContent, status = 200, namespace?: string): S3Answer {
  const body = Buffer.from(xmlDocument(root, content, namespace));
  return { status, headers: { 'content-type': 'application/xml' }, body: [body], length: body.length };
}

/**
 * Gives staged content its key, if the condition holds. Unlike the storage, S3 tells a client that expects an object
 * of a certain ETag where there is none at all: NoSuchKey.
 */
export async function placeObject(
  { folder }: Bucket,
  key: string,
  staged: StagedObject,
  condition: WriteCondition | undefined,
): Promise<StagedObject> {
  try {
    return await folder.place(key, staged, condition);
  } catch (error) {
    if (condition !== undefined && 'ifMatch' in condition) await (await folder.open(key)).close();
    throw error;
  }
}

/** A moment as S3's documents write it; milliseconds since 1970. */
export const isoTime = (timeMs: number): string => new Date(timeMs).toISOString();
