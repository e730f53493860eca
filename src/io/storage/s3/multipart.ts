import type { CompletedPart, PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import type { S3Module } from './client.ts';

/** Number of concurrent parts. A higher number is faster but uses more of the network. */
const PARTS_IN_FLIGHT = 4;
const MAX_PARTS = 10_000;

/** The parameters of a PUT without its body. */
export type PutInput = Omit<PutObjectCommandInput, 'Body'> & {
  readonly Bucket: string;
  readonly Key: string;
};

/**
 * Writes a large object in parts, each with a CRC32; the condition is checked on completion. A failed upload is
 * aborted, so that its parts incur no cost. Returns the ETag.
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
      IfMatch,
      IfNoneMatch,
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
