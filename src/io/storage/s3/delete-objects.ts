import { createHash } from 'node:crypto';
import type { DeleteObjectsCommand, S3Client } from '@aws-sdk/client-s3';
import type { S3Module } from './client.ts';
import { isMissingObject, isUnsupported } from './errors.ts';

/** Maximum keys per DeleteObjects request. */
const BATCH = 1_000;
/** Concurrent requests when objects are deleted one by one. */
const SINGLE_IN_FLIGHT = 16;

/** Deletes objects of a bucket in batches, or one by one on servers without batch support. */
export class ObjectDeleter {
  readonly #s3: S3Module;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #isAmazon: boolean;
  #deletesMany = true;

  constructor(s3: S3Module, client: S3Client, bucket: string, { isAmazon }: { readonly isAmazon: boolean }) {
    this.#s3 = s3;
    this.#client = client;
    this.#bucket = bucket;
    this.#isAmazon = isAmazon;
  }

  /** Deletes objects; missing keys are not an error. @throws errors of the SDK */
  async delete(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += BATCH) {
      const batch = keys.slice(start, start + BATCH);
      if (this.#deletesMany && (await this.#many(batch))) continue;
      this.#deletesMany = false;
      for (let at = 0; at < batch.length; at += SINGLE_IN_FLIGHT)
        await Promise.all(batch.slice(at, at + SINGLE_IN_FLIGHT).map((key) => this.#one(key)));
    }
  }

  /** Returns false if the server does not support batch deletion. */
  async #many(keys: readonly string[]): Promise<boolean> {
    const command = new this.#s3.DeleteObjectsCommand({
      Bucket: this.#bucket,
      Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true },
    });
    if (!this.#isAmazon) sendMd5(command);
    try {
      const { Errors = [] } = await this.#client.send(command);
      const failed = Errors.find(({ Code }) => Code !== 'NoSuchKey');
      if (failed === undefined) return true;
      throw Object.assign(new Error(failed.Message ?? 'not deleted'), { name: failed.Code ?? 'Unknown' });
    } catch (error) {
      if (isUnsupported(error)) return false;
      throw error;
    }
  }

  async #one(key: string): Promise<void> {
    try {
      await this.#client.send(new this.#s3.DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
    } catch (error) {
      if (!isMissingObject(error)) throw error;
    }
  }
}

/** Servers other than Amazon's may require Content-MD5 and reject the checksums that the SDK sends instead. */
function sendMd5(command: DeleteObjectsCommand): void {
  command.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { body?: unknown; headers: Record<string, string> };
      if (typeof request.body === 'string' || request.body instanceof Uint8Array) {
        for (const name of Object.keys(request.headers))
          if (/^x-amz-(?:sdk-)?checksum-/i.test(name)) delete request.headers[name];
        request.headers['content-md5'] = createHash('md5').update(request.body).digest('base64');
      }
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'contentMd5' },
  );
}
