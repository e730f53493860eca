import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats, statSync } from 'node:fs';

/** Opens files without following links and without blocking. Windows has neither flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Whether a folder belongs to this user or root and no one else can change it. */
export function isTrustedFolder(path: string): boolean {
  const link = lstatSync(path, { throwIfNoEntry: false });
  const folder = link?.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : link;
  if (link === undefined || folder === undefined) return false;
  return folder.isDirectory() && isOwn(link) && isOwn(folder, 0o022);
}

/** Opens a file of this user or root that has exactly `sizeBytes`; undefined if there is none. */
export function openTrusted(path: string, sizeBytes: number): number | undefined {
  let file: number;
  try {
    file = openSync(path, FLAGS);
  } catch {
    return undefined;
  }
  const info = fstatSync(file);
  if (info.isFile() && info.size === sizeBytes && isOwn(info, 0o022)) return file;
  closeSync(file);
  return undefined;
}

/** Whether a file belongs to this user or root and has none of the `forbidden` mode bits. Always true on Windows. */
function isOwn({ uid, mode }: Stats, forbidden = 0): boolean {
  const own = process.getuid?.();
  return own === undefined || ((uid === own || uid === 0) && (mode & forbidden) === 0);
}
