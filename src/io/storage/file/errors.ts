import { SragError } from '../../../core/index.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const NOT_WRITABLE = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOENT',
  'ENOTDIR',
  'EEXIST',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENAMETOOLONG',
]);

/** The error code of the operating system, or ''. */
export const systemCode = (error: unknown): string =>
  (error as NodeJS.ErrnoException | undefined)?.code ?? '';

/** Whether the disk or the user's quota is full. */
export const isFull = (error: unknown): boolean => FULL.has(systemCode(error));

/** The error for a failed write below `location`. */
export function writeError(error: unknown, location: string): SragError {
  if (error instanceof SragError) return error;
  const code = systemCode(error);
  const fields = { location, systemCode: code };
  if (isFull(error)) {
    return new SragError('DISK_FULL', `There is no space left at ${location} (${code}).`, {
      remedy: 'Free some space or choose another --location; data written before is intact.',
      fields,
      cause: error,
    });
  }
  if (NOT_WRITABLE.has(code)) {
    return new SragError('LOCATION_NOT_WRITABLE', `Nothing can be written at ${location} (${code}).`, {
      remedy: 'Choose a folder that this user may write to, on a file system with hard links.',
      fields,
      cause: error,
    });
  }
  return unavailable(error, location, code);
}

/** The error for a failed read below `location`. Callers handle missing files themselves. */
export function readError(error: unknown, location: string): SragError {
  if (error instanceof SragError) return error;
  const code = systemCode(error);
  if (code === 'EACCES' || code === 'EPERM') {
    return new SragError('ACCESS_DENIED', `This user may not read ${location} (${code}).`, {
      remedy: 'Grant this user read permission.',
      fields: { location, systemCode: code },
      cause: error,
    });
  }
  return unavailable(error, location, code);
}

function unavailable(error: unknown, location: string, code: string): SragError {
  return new SragError('STORAGE_UNAVAILABLE', `The file system failed at ${location}: ${String(error)}.`, {
    remedy: 'Check the disk for errors, then try again.',
    fields: { location, systemCode: code },
    cause: error,
  });
}
