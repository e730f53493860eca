import { randomBytes } from 'node:crypto';
import type { ObjectFolder, StagedObject } from '../../../io/storage/index.ts';
import { wireError } from '../wire-error.ts';
import type { ObjectHeaders } from './kept-headers.ts';

/** S3's minimum size of a part, except the last one. */
const MIN_PART_BYTES = 5 * 1024 ** 2;

/** An uploaded part: an unnamed file. */
export interface UploadedPart {
  readonly staged: StagedObject;
  /** By header name. */
  readonly checksums: ReadonlyMap<string, string>;
}

/** A part as listed by the client on completion. */
export interface NamedPart {
  readonly number: number;
  readonly etag: string;
  /** By header name. */
  readonly checksums: ReadonlyMap<string, string>;
}

export interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly folder: ObjectFolder;
  readonly headers: ObjectHeaders;
  /** Lower-case name of the parts' checksum algorithm; undefined for none. */
  readonly checksum: string | undefined;
  readonly parts: Map<number, UploadedPart>;
}

/** Multipart uploads in progress, in memory. Their parts are unfinished writes, lost if the process ends. */
export class Uploads {
  readonly #byId = new Map<string, Upload>();

  create(upload: Omit<Upload, 'id' | 'parts'>): Upload {
    const created = { ...upload, id: randomBytes(24).toString('base64url'), parts: new Map() };
    this.#byId.set(created.id, created);
    return created;
  }

  /** @throws NoSuchUpload */
  get(id: string, bucket: string, key: string): Upload {
    const upload = this.#byId.get(id);
    if (upload?.bucket === bucket && upload.key === key) return upload;
    throw wireError(
      'NoSuchUpload',
      404,
      'The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      { UploadId: id },
    );
  }

  /** Adds or replaces a part. @throws NoSuchUpload if the upload ended while the part arrived */
  async addPart(upload: Upload, number: number, part: UploadedPart): Promise<void> {
    if (this.#byId.get(upload.id) !== upload) {
      await upload.folder.discard(part.staged);
      this.get(upload.id, upload.bucket, upload.key);
    }
    const before = upload.parts.get(number);
    upload.parts.set(number, part);
    if (before !== undefined) await upload.folder.discard(before.staged);
  }

  /** Completes an upload. Hides it from other requests meanwhile, and restores it if completion fails. */
  async completing<T>(upload: Upload, complete: () => Promise<T>): Promise<T> {
    this.#byId.delete(upload.id);
    try {
      const done = await complete();
      await discardParts(upload);
      return done;
    } catch (error) {
      this.#byId.set(upload.id, upload);
      throw error;
    }
  }

  async abort(upload: Upload): Promise<void> {
    this.#byId.delete(upload.id);
    await discardParts(upload);
  }

  async abortAll(): Promise<void> {
    await Promise.all([...this.#byId.values()].map((upload) => this.abort(upload)));
  }
}

async function discardParts({ folder, parts }: Upload): Promise<void> {
  for (const { staged } of parts.values()) await folder.discard(staged);
}

/**
 * The parts listed by the client, validated as S3 does.
 * @throws InvalidPartOrder, InvalidPart, EntityTooSmall
 */
export function chosenParts(upload: Upload, named: readonly NamedPart[]): StagedObject[] {
  if (named.some(({ number }, index) => number <= (named[index - 1]?.number ?? 0))) {
    throw wireError('InvalidPartOrder', 400, 'The list of parts was not in ascending order.');
  }
  const parts = named.map((part) => chosenPart(upload, part));
  for (const [index, { sizeBytes }] of parts.slice(0, -1).entries()) {
    if (sizeBytes >= MIN_PART_BYTES) continue;
    throw wireError('EntityTooSmall', 400, 'Your proposed upload is smaller than the minimum allowed size', {
      ProposedSize: String(sizeBytes),
      MinSizeAllowed: String(MIN_PART_BYTES),
      PartNumber: String(named[index]!.number),
    });
  }
  return parts;
}

function chosenPart(upload: Upload, { number, etag, checksums }: NamedPart): StagedObject {
  const part = upload.parts.get(number);
  const isRight =
    part?.staged.etag === etag &&
    [...checksums].every(([name, value]) => (part.checksums.get(name) ?? value) === value);
  if (part !== undefined && isRight) return part.staged;
  throw wireError(
    'InvalidPart',
    400,
    'One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match.',
    { UploadId: upload.id, PartNumber: String(number), ETag: etag },
  );
}
