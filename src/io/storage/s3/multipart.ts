import type { CompletedPart, PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import type { S3Module } from './client.ts';

/** Parts in flight at once: more is faster and holds more of the network. */
const PARTS_IN_FLIGHT = 4;
const MAX_PARTS = 10_000;

/** Everything of a PUT but its body. */
export type PutInput = Omit<PutObjectCommandInput, 'Body'> & {
  readonly Bucket: string;
  readonly Key: string;
};

/**
 * Writes a large object in parts, with a CRC32 each; the condition is checked when it is completed. A failed
 * upload is aborted, so that its parts cost nothing. Gives the ETag.
 */
export async function putInParts(
  s3: S3Module,
  client: S3Client,
  input: PutInput,
  bytes: Uint8Array,
  partBytes: number,
): Promise<string> {
  const { IfMatch, IfNoneMatch, ...target } = input;
  const created = await client.send(
    new s3.CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'CRC32' }),
  );
  const upload = { Bucket: input.Bucket, Key: input.Key, UploadId: created.UploadId };
  try {
    const parts = await uploadParts(
      s3,
      client,
      upload,
      bytes,
      Math.max(partBytes, Math.ceil(bytes.length / MAX_PARTS)),
    );
    const condition = {
      ...(IfMatch === undefined ? {} : { IfMatch }),
      ...(IfNoneMatch === undefined ? {} : { IfNoneMatch }),
    };
    const done = await client.send(
      new s3.CompleteMultipartUploadCommand({ ...upload, ...condition, MultipartUpload: { Parts: parts } }),
    );
    return done.ETag ?? '';
  } catch (error) {
    await client.send(new s3.AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}

async function uploadParts(
  s3: S3Module,
  client: S3Client,
  upload: { readonly Bucket: string; readonly Key: string; readonly UploadId: string | undefined },
  bytes: Uint8Array,
  partBytes: number,
): Promise<CompletedPart[]> {
  const count = Math.ceil(bytes.length / partBytes);
  const parts: CompletedPart[] = [];
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (!failed && next < count) {
      const index = next++;
      const body = bytes.subarray(index * partBytes, (index + 1) * partBytes);
      const command = new s3.UploadPartCommand({
        ...upload,
        PartNumber: index + 1,
        Body: body,
        ChecksumAlgorithm: 'CRC32',
      });
      const part = await client.send(command).catch((error: unknown) => {
        failed = true;
        throw error;
      });
      parts[index] = { PartNumber: index + 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 };
    }
  };
  await Promise.all(Array.from({ length: PARTS_IN_FLIGHT }, worker));
  return parts;
}
