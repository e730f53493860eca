import { basename } from 'node:path';
import { EXTENSIONS } from './formats.ts';

/** A file's name without its extension: the default title of a document. */
export function fileTitle(path: string): string {
  const name = basename(path).normalize('NFC');
  const extension = EXTENSIONS.filter((each) => name.toLowerCase().endsWith(each)).sort(
    (a, b) => b.length - a.length,
  )[0];
  return extension === undefined || extension.length === name.length
    ? name
    : name.slice(0, -extension.length);
}
