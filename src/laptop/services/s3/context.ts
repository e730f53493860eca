import type { OutgoingHttpHeaders } from 'node:http';
import type { ObjectFolder, StagedObject, WriteCondition } from '../../../io/storage/index.ts';
import { noSuchBucket } from './errors.ts';
import { KeptHeaders } from './kept-headers.ts';
import type { S3Request } from './request.ts';
import { Uploads } from './uploads.ts';
import { type XmlContent, xmlDocument } from './xml.ts';

/** A write or deletion of an object through this server. */
export interface ObjectChange {
  readonly bucket: string;
  readonly key: string;
  readonly requestId: string;
  /** S3's name of the operation: `PutObject`, `CompleteMultipartUpload`, `DeleteObject`. */
  readonly reason: string;
  /** The written object; undefined for a deletion. */
  readonly written?: { readonly sizeBytes: number; readonly etag: string };
}

/** The response of an operation. */
export interface S3Answer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  /** The body, which has `length` bytes. */
  readonly body?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  readonly length?: number;
  /** Releases the source of the body. */
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

/** State shared by operations. */
export class S3Context {
  readonly #buckets: ReadonlyMap<string, ObjectFolder>;
  readonly kept = new KeptHeaders();
  readonly uploads = new Uploads();
  readonly #onChange: (change: ObjectChange) => void;

  constructor(buckets: ReadonlyMap<string, ObjectFolder>, onChange: (change: ObjectChange) => void) {
    this.#buckets = buckets;
    this.#onChange = onChange;
  }

  /** @throws NoSuchBucket */
  bucket(name: string): Bucket {
    const folder = this.#buckets.get(name);
    if (folder === undefined) throw noSuchBucket(name);
    return { name, folder };
  }

  /** Reports a completed change. */
  changed(change: ObjectChange): void {
    this.#onChange(change);
  }
}

/** An XML response. */
export function xmlAnswer(root: string, content: XmlContent, status = 200, namespace?: string): S3Answer {
  const body = Buffer.from(xmlDocument(root, content, namespace));
  return { status, headers: { 'content-type': 'application/xml' }, body: [body], length: body.length };
}

/**
 * Moves staged content to its key if the condition holds. Unlike the storage, S3 returns NoSuchKey to a
 * client that expects an ETag of an object that does not exist.
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
