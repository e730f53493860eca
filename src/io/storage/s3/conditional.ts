import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { WriteCondition } from '../port.ts';
import type { S3Module } from './client.ts';
import { isMissingObject, isUncertain, statusOf } from './errors.ts';

/** Metadata entry that identifies the write that created an object. */
export const WRITE_ID = 'srag-write';
const CONFLICT_RETRIES = 5;

/** One conditional write of an object, and the id that identifies it. */
export interface ConditionalWrite {
  readonly bucket: string;
  readonly key: string;
  readonly writeId: string;
  readonly condition: WriteCondition | undefined;
  /** Sends the write and returns the ETag. */
  readonly send: () => Promise<string>;
}

/**
 * Sends a conditional write and determines its outcome if the response was lost. A retry alone cannot: it fails
 * its condition if the first attempt succeeded. The write id in the object's metadata shows which write won.
 */
export async function sendConditional(
  s3: S3Module,
  client: S3Client,
  write: ConditionalWrite,
): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await write.send();
    } catch (error) {
      if (write.condition === undefined || !(statusOf(error) === 412 || isUncertain(error))) throw error;
      const found = await head(s3, client, write).catch(() => 'unknown' as const);
      if (found === 'unknown') throw error;
      if (found?.writeId === write.writeId) return found.etag;
      // 409 means that another write was in flight, not that the condition failed: retry while the condition
      // holds.
      const holds =
        'ifMatch' in write.condition ? found?.etag === write.condition.ifMatch : found === undefined;
      if (statusOf(error) !== 409 || !holds || attempt >= CONFLICT_RETRIES) throw error;
      await sleep(Math.random() * 100 * 2 ** attempt);
    }
  }
}

async function head(
  s3: S3Module,
  client: S3Client,
  { bucket, key }: ConditionalWrite,
): Promise<{ readonly etag: string; readonly writeId: string | undefined } | undefined> {
  try {
    const found = await client.send(new s3.HeadObjectCommand({ Bucket: bucket, Key: key }));
    return { etag: found.ETag ?? '', writeId: found.Metadata?.[WRITE_ID] };
  } catch (error) {
    if (isMissingObject(error)) return undefined;
    throw error;
  }
}
