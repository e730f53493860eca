import { throwIfAborted } from '../../core/index.ts';
import { empty, tooLarge, unreadable } from './faults.ts';
import { openRegular } from './open-regular.ts';
import type { FileToLoad, LoadOptions } from './port.ts';

/**
 * Reads a whole file into memory.
 * @throws FILE_EMPTY, FILE_TOO_LARGE (also for a file that grew since it was listed), FILE_UNREADABLE, CANCELLED.
 */
export async function readWhole(file: FileToLoad, { limits, signal }: LoadOptions): Promise<Uint8Array> {
  throwIfAborted(signal);
  const handle = await openRegular(file.path);
  try {
    const { size } = await handle.stat();
    if (size > limits.maxFileBytes) throw tooLarge('The file', size, limits.maxFileBytes, 'maxFileBytes');
    const bytes = await handle.readFile({ signal }).catch((error: unknown) => {
      throwIfAborted(signal);
      throw unreadable(file.path, error);
    });
    if (bytes.length === 0) throw empty('The file is empty (0 bytes).');
    if (bytes.length > limits.maxFileBytes)
      throw tooLarge('The file', bytes.length, limits.maxFileBytes, 'maxFileBytes');
    return bytes;
  } finally {
    await handle.close();
  }
}
