import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { SragError } from '../../core/index.ts';
import { unreadable } from './faults.ts';

/**
 * Opens a regular file for reading. Rejects files that became a FIFO or a device since they were listed, without
 * waiting for them: opening a FIFO normally blocks until it has a writer.
 * @throws FILE_UNREADABLE
 */
export async function openRegular(path: string): Promise<FileHandle> {
  // Windows has neither this flag nor FIFOs in folders.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  const handle = await open(path, flags).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new SragError('FILE_UNREADABLE', `Cannot read ${path}: it is not a regular file.`, {
    remedy: 'Exclude it.',
    fields: { path },
  });
}
