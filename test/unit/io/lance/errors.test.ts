import { describe, expect, it } from 'vitest';
import { SragError } from '../../../../src/core/index.ts';
import { guarded, lanceError } from '../../../../src/io/lance/errors.ts';

describe('lanceError', () => {
  it.each([
    [
      'Generic LocalFileSystem error: Unable to copy data to file: No space left on device (os error 28)',
      'DISK_FULL',
    ],
    ['Generic S3 error: NoSuchBucket: The specified bucket does not exist', 'BUCKET_MISSING'],
    ['Client error with status 403 Forbidden: SignatureDoesNotMatch', 'ACCESS_DENIED'],
    [
      'the credential provider was not enabled: no providers in chain provided credentials',
      'CREDENTIALS_MISSING',
    ],
    [
      'Generic LocalFileSystem error: Unable to create dir: Permission denied (os error 13)',
      'LOCATION_NOT_WRITABLE',
    ],
    ['Commit conflict for version 7: preempted by concurrent transaction', 'WRITE_CONFLICT'],
    ['Error performing PUT: error sending request for url: operation timed out', 'STORAGE_UNAVAILABLE'],
    ['Server error: 503 Service Unavailable: SlowDown', 'STORAGE_UNAVAILABLE'],
    ['LanceError(IO): file is not a lance file: invalid magic', 'DAMAGED_STORE'],
    ['Generic S3 error: Client error with status 400 Bad Request', 'STORAGE_UNAVAILABLE'],
    ['Generic LocalFileSystem error: Too many open files (os error 24)', 'STORAGE_UNAVAILABLE'],
    ['Generic LocalFileSystem error: Is a directory (os error 21)', 'DAMAGED_STORE'],
    ['lance error: Not found: corpus/chunks.lance/data/1.lance', 'DAMAGED_STORE'],
    ['Invalid input, Schema error: No field named id.', 'DAMAGED_STORE'],
    ['something nobody has seen', 'DAMAGED_STORE'],
    ['Error parsing statement: SELECT 1 FROM t WHERE', 'INTERNAL'],
  ])('maps %s to %s', (message, code) => {
    const error = lanceError(new Error(message), 'Writing 3 documents');
    expect(error).toMatchObject({ code, message: `Writing 3 documents: ${message}` });
  });

  it('removes source code locations and all text after the first cause', () => {
    const words = 'No space left on device (os error 28)';
    const message = `${words}, /cargo/lance-table-12.0.0/src/io/commit.rs:1680:50  Caused by: more\n  at deeper`;
    expect(lanceError(new Error(message), 'Writing').message).toBe(`Writing: ${words}`);
  });

  it('keeps a SragError unchanged', async () => {
    const typed = new SragError('CANCELLED', 'Cancelled.');
    await expect(guarded('Writing', () => Promise.reject(typed))).rejects.toBe(typed);
  });
});
