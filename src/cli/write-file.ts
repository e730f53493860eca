import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { messageOf, SragError } from '../core/index.ts';

/**
 * Writes a file named by an option or argument, creating its parent folders; returns its absolute path.
 * @param field name of the option or argument
 * @param keeps refuses to overwrite an existing file
 * @throws LOCATION_NOT_WRITABLE; INVALID_ARGUMENT if the file exists and `keeps` is set
 */
export async function writeNamedFile(
  field: string,
  file: string,
  text: string,
  { keeps = false }: { readonly keeps?: boolean } = {},
): Promise<string> {
  const path = resolve(file);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: keeps ? 'wx' : 'w' });
    return path;
  } catch (cause) {
    const exists = keeps && (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new SragError(
      exists ? 'INVALID_ARGUMENT' : 'LOCATION_NOT_WRITABLE',
      exists ? `${path} exists already.` : `${path} cannot be written: ${messageOf(cause)}.`,
      {
        remedy: exists
          ? 'Remove it, or name another file.'
          : 'Name a file in a folder that you may write to.',
        fields: { field, path },
        cause,
      },
    );
  }
}
