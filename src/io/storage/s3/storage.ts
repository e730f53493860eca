import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { SragError, throwIfAborted } from '../../../core/index.ts';
import {
  checkKey,
  checkPrefix,
  checkRange,
  conditionFailed,
  notFound,
  notModified,
  outOfBounds,
} from '../keys.ts';
import { formatLocation, type Location, type S3Settings } from '../location.ts';
import type {
  ByteRange,
  ListOptions,
  ObjectInfo,
  ObjectStorage,
  ReadOptions,
  StoredObject,
  WriteCondition,
} from '../port.ts';
import { loadS3, makeClient, type S3Module } from './client.ts';
import { sendConditional, WRITE_ID } from './conditional.ts';
import { ObjectDeleter } from './delete-objects.ts';
import { isDenied, isMissingObject, s3Error, statusOf } from './errors.ts';
import { type PutInput, putInParts } from './multipart.ts';

const DEFAULT_PART_BYTES = 8 * 1024 * 1024;
/** S3's minimum part size. */
const MIN_PART_BYTES = 5 * 1024 * 1024;
const BODY_ATTEMPTS = 4;

const byKey = (left: ObjectInfo, right: ObjectInfo): number =>
  Buffer.compare(Buffer.from(left.key), Buffer.from(right.key));

/** Objects below a prefix in a bucket of S3 or another server that speaks its API. */
export class S3Storage implements ObjectStorage {
  readonly location: string;
  readonly #bucket: string;
  readonly #root: string;
  readonly #s3: S3Module;
  readonly #client: S3Client;
  readonly #partBytes: number;
  readonly #deleter: ObjectDeleter;

  private constructor(
    location: Location & { kind: 's3' },
    s3: S3Module,
    client: S3Client,
    { partBytes, isAmazon }: { readonly partBytes: number; readonly isAmazon: boolean },
  ) {
    this.location = formatLocation(location);
    this.#bucket = location.bucket;
    this.#root = location.prefix === '' ? '' : `${location.prefix}/`;
    this.#s3 = s3;
    this.#client = client;
    this.#partBytes = partBytes;
    this.#deleter = new ObjectDeleter(s3, client, location.bucket, { isAmazon });
  }

  /** Sends no request yet. @throws MISSING_PACKAGE, INVALID_ARGUMENT */
  static async open(location: Location & { kind: 's3' }, settings: S3Settings): Promise<S3Storage> {
    const partBytes = settings.partBytes ?? DEFAULT_PART_BYTES;
    if (!Number.isSafeInteger(partBytes) || partBytes < MIN_PART_BYTES) {
      throw new SragError(
        'INVALID_ARGUMENT',
        `partBytes is ${partBytes}; S3 requires parts of at least ${MIN_PART_BYTES} bytes.`,
        {
          remedy: `Leave it out (${DEFAULT_PART_BYTES}) or raise it.`,
          fields: { field: 'partBytes', value: partBytes },
        },
      );
    }
    const s3 = await loadS3();
    const isAmazon = settings.endpoint === undefined;
    return new S3Storage(location, s3, makeClient(s3, settings), { partBytes, isAmazon });
  }

  async read(key: string, options: ReadOptions = {}): Promise<StoredObject> {
    checkKey(key);
    checkRange(key, options.range);
    throwIfAborted(options.signal);
    // The SDK retries only until the headers arrive; this loop retries interrupted bodies.
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#get(key, options);
      try {
        return await this.#receive(key, answer, options.range);
      } catch (error) {
        throwIfAborted(options.signal);
        if (error instanceof SragError || attempt >= BODY_ATTEMPTS) throw s3Error(error, this.location, key);
        await sleep(Math.random() * 100 * 2 ** attempt);
      }
    }
  }

  async write(key: string, bytes: Uint8Array, condition?: WriteCondition): Promise<string> {
    checkKey(key);
    const writeId = randomUUID();
    const input: PutInput = {
      Bucket: this.#bucket,
      Key: this.#root + key,
      Metadata: { [WRITE_ID]: writeId },
      ...(condition === undefined
        ? {}
        : 'ifMatch' in condition
          ? { IfMatch: condition.ifMatch }
          : { IfNoneMatch: '*' }),
    };
    const inParts = bytes.length > 2 * this.#partBytes;
    const send = async (): Promise<string> =>
      inParts
        ? putInParts(this.#s3, this.#client, input, bytes, this.#partBytes)
        : ((await this.#client.send(new this.#s3.PutObjectCommand({ ...input, Body: bytes }))).ETag ?? '');
    try {
      return await sendConditional(this.#s3, this.#client, {
        bucket: input.Bucket,
        key: input.Key,
        writeId,
        condition,
        send,
      });
    } catch (error) {
      // S3 responds with 404 to a condition on the ETag of a missing object.
      if (condition !== undefined && isMissingObject(error)) {
        throw conditionFailed(key, 'it must exist', error);
      }
      throw s3Error(error, this.location, key);
    }
  }

  async *list(prefix: string, { foldersAsOne }: ListOptions = {}): AsyncGenerator<ObjectInfo> {
    checkPrefix(prefix);
    let token: string | undefined;
    do {
      const page = await this.#page(prefix, token, foldersAsOne);
      const folders = (page.CommonPrefixes ?? []).map(({ Prefix: key = '' }) => ({ key, sizeBytes: 0 }));
      const objects = (page.Contents ?? [])
        .map(({ Key: key = '', Size: sizeBytes = 0 }) => ({ key, sizeBytes }))
        // Consoles create empty objects whose keys end in a slash as folders.
        .filter(({ key }) => !key.endsWith('/'));
      // S3 returns objects and folders each in order, but separately.
      const all = folders.length === 0 ? objects : [...objects, ...folders].sort(byKey);
      for (const { key, sizeBytes } of all) yield { key: key.slice(this.#root.length), sizeBytes };
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) checkKey(key);
    try {
      await this.#deleter.delete(keys.map((key) => this.#root + key));
    } catch (error) {
      throw s3Error(error, this.location);
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  async #get(key: string, options: ReadOptions): Promise<GetObjectCommandOutput> {
    const { range, ifMatch, ifNoneMatch, signal } = options;
    const command = new this.#s3.GetObjectCommand({
      Bucket: this.#bucket,
      Key: this.#root + key,
      Range: range === undefined ? undefined : `bytes=${range.offset}-${range.offset + range.length - 1}`,
      IfMatch: ifMatch,
      IfNoneMatch: ifNoneMatch,
    });
    try {
      return await this.#client.send(command, signal === undefined ? {} : { abortSignal: signal });
    } catch (error) {
      if (isDenied(error) && (await this.#isMissing(key))) throw notFound(key, this.location, error);
      if (statusOf(error) === 304) throw notModified(key, this.location);
      if (statusOf(error) === 416 && range !== undefined) throw outOfBounds(key, range, undefined);
      throw s3Error(error, this.location, key);
    }
  }

  /** Whether a listing shows that a key whose read was denied does not exist. See {@link isDenied}. */
  async #isMissing(key: string): Promise<boolean> {
    const Prefix = this.#root + key;
    const command = new this.#s3.ListObjectsV2Command({ Bucket: this.#bucket, Prefix, MaxKeys: 1 });
    return this.#client.send(command).then(
      ({ Contents = [] }) => Contents[0]?.Key !== Prefix,
      () => false,
    );
  }

  async #receive(
    key: string,
    answer: GetObjectCommandOutput,
    range: ByteRange | undefined,
  ): Promise<StoredObject> {
    const sizeBytes = Number(/\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1] ?? Number.NaN);
    const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
    if (range !== undefined && range.offset + range.length > sizeBytes)
      throw outOfBounds(key, range, sizeBytes);
    const expected = range?.length ?? answer.ContentLength ?? bytes.length;
    if (bytes.length !== expected) throw new Error(`${bytes.length} of ${expected} bytes arrived`);
    return { bytes, etag: answer.ETag ?? '' };
  }

  async #page(prefix: string, token: string | undefined, foldersAsOne: boolean | undefined) {
    const continued = token === undefined ? {} : { ContinuationToken: token };
    try {
      return await this.#client.send(
        new this.#s3.ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: this.#root + prefix,
          Delimiter: foldersAsOne ? '/' : undefined,
          ...continued,
        }),
      );
    } catch (error) {
      throw s3Error(error, this.location);
    }
  }
}
