import { SragError } from '../../core/index.ts';

const MEBIBYTE = 2 ** 20;

/** A human-readable size. */
export const formatBytes = (bytes: number): string =>
  bytes < 1024
    ? `${bytes} bytes`
    : bytes < MEBIBYTE
      ? `${(bytes / 1024).toFixed(1)} KiB`
      : bytes < 1024 * MEBIBYTE
        ? `${(bytes / MEBIBYTE).toFixed(1)} MiB`
        : `${(bytes / MEBIBYTE / 1024).toFixed(1)} GiB`;

/** The error for a file, record or archive over a size limit. `what` is the subject of the message. */
export const tooLarge = (what: string, actualBytes: number, limitBytes: number, setting: string): SragError =>
  new SragError(
    'FILE_TOO_LARGE',
    `${what} is ${formatBytes(actualBytes)}; the limit is ${formatBytes(limitBytes)}.`,
    {
      remedy: `Split it, leave it out, or raise limits.${setting}.`,
      fields: { actualBytes, limitBytes, setting: `limits.${setting}` },
    },
  );

/**
 * The error for a file that is too complex for its parser. `what` is the beginning of the message, which ends
 * with the limit.
 */
export const tooComplex = (what: string, limit: number): SragError =>
  new SragError('FILE_TOO_COSTLY', `${what} ${limit}.`, {
    remedy: 'Simplify it, or leave it out (--exclude).',
    fields: { limit },
  });

export const empty = (message: string, remedy = 'Leave the file out, or add content to it.'): SragError =>
  new SragError('FILE_EMPTY', message, { remedy });

export const damaged = (message: string, cause?: unknown): SragError =>
  new SragError('FILE_DAMAGED', message, {
    remedy: 'Get the file again from its source; this copy is incomplete or damaged.',
    cause,
  });

/** The error for a failed file system call on `path`. */
export function unreadable(path: string, error: unknown): SragError {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'permission is denied',
    EPERM: 'permission is denied',
    ELOOP: 'its symbolic links form a loop',
    ENOENT: 'it does not exist, or is a broken symbolic link',
    EISDIR: 'it is a folder',
    EIO: 'the disk reports an input/output error',
  };
  const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new SragError('FILE_UNREADABLE', `Cannot read ${path}: ${reason}.`, {
    remedy: 'Make it readable for this user, or exclude it.',
    fields: { systemCode: code },
    cause: error,
  });
}
