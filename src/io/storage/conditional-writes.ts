import { randomUUID } from 'node:crypto';
import { hasCode, SragError } from '../../core/index.ts';
import type { ObjectStorage, WriteCondition } from './port.ts';

/** An ETag that no object has. */
const OTHER_ETAG = '"00000000000000000000000000000000"';

/**
 * Checks, with a small temporary object below `prefix`, that the storage honours conditional writes: without
 * them, concurrent writers lose each other's documents. Takes four writes and a deletion.
 * @throws NO_CONDITIONAL_WRITES, and the storage's own errors
 */
export async function checkConditionalWrites(storage: ObjectStorage, prefix = ''): Promise<void> {
  const key = `${prefix}probe-${randomUUID()}`;
  let writes = 0;
  const write = (condition: WriteCondition): Promise<string> =>
    storage.write(key, new TextEncoder().encode(`probe ${++writes}`), condition);
  try {
    const etag = await write({ ifNoneMatch: '*' }).catch((error: unknown) => {
      throw isNotImplemented(error) ? refusal(storage, 'If-None-Match', 'refuses', error) : error;
    });
    if (!(await isRefused(write({ ifNoneMatch: '*' })))) throw refusal(storage, 'If-None-Match', 'ignores');
    if (await isRefused(write({ ifMatch: etag }))) throw refusal(storage, 'If-Match', 'refuses');
    if (!(await isRefused(write({ ifMatch: OTHER_ETAG })))) throw refusal(storage, 'If-Match', 'ignores');
  } finally {
    // A leftover probe is harmless; a failed deletion must not hide the result.
    await storage.delete([key]).catch(() => undefined);
  }
}

async function isRefused(write: Promise<string>): Promise<boolean> {
  try {
    await write;
    return false;
  } catch (error) {
    if (hasCode(error, 'CONDITION_FAILED')) return true;
    if (isNotImplemented(error)) return true;
    throw error;
  }
}

const isNotImplemented = (error: unknown): boolean =>
  error instanceof SragError && (error.fields.status === 501 || error.fields.name === 'NotImplemented');

const refusal = (
  { location }: ObjectStorage,
  header: 'If-None-Match' | 'If-Match',
  what: 'ignores' | 'refuses',
  cause?: unknown,
): SragError =>
  new SragError(
    'NO_CONDITIONAL_WRITES',
    `The server of ${location} ${what} the condition ${header} on writes: concurrent writers would overwrite each other.`,
    {
      remedy:
        'Use a server that supports conditional writes (If-None-Match and If-Match of PutObject), such as Amazon S3, or a folder.',
      fields: { location, header, what },
      cause,
    },
  );
