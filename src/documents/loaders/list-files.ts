import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SragError, throwIfAborted } from '../../core/index.ts';
import type { FileListing, ListOptions } from './file-listing.ts';
import { FolderWalk } from './folder-walk.ts';
import { loaderNameFor } from './formats.ts';
import { globTest } from './globs.ts';
import { unsupportedFormat } from './load-file.ts';
import { sourceOf } from './project-root.ts';

/**
 * Finds the files to load: walks folders recursively in sorted order, each folder once. Follows symbolic
 * links that stay within the walked folder. In folders, it skips `node_modules`, hidden files, files that
 * `.sragignore` excludes (gitignore syntax, nested) and unknown formats.
 * @throws PATH_NOT_FOUND for a missing path, INVALID_ARGUMENT for an invalid glob, CANCELLED.
 */
export async function listFiles(paths: readonly string[], options: ListOptions): Promise<FileListing> {
  const included = matcher(options.include, 'include', true);
  const excluded = matcher(options.exclude, 'exclude', false);
  const walk = new FolderWalk({
    ...options,
    takes: (path) => included(path) && !excluded(path),
    excludes: excluded,
  });
  const roots: string[] = [];
  for (const path of paths) {
    throwIfAborted(options.signal);
    const requested = resolve(options.cwd ?? process.cwd(), path);
    const { absolute, info } = await found(requested).catch((cause: unknown) => {
      throw new SragError('PATH_NOT_FOUND', `There is no file or folder '${path}'.`, {
        remedy: `Check the spelling; srag looked for it at ${requested}.`,
        fields: { path, absolute: requested },
        cause,
      });
    });
    const source = sourceOf(absolute, options.projectRoot);
    roots.push(info.isDirectory() ? `${source}/` : source);
    if (info.isDirectory()) await walk.folder(absolute);
    else if (info.isFile() && loaderNameFor(absolute) !== undefined) walk.take(absolute, info);
    else walk.fail(absolute, unsupportedFormat(info.isFile() ? path : `${path} (not a regular file)`));
  }
  return walk.listing(roots);
}

/** Finds a path in the file system, whose names may use another Unicode normal form than the given path. */
async function found(path: string): Promise<{ readonly absolute: string; readonly info: Stats }> {
  for (const absolute of [path, path.normalize('NFC'), path.normalize('NFD')]) {
    const info = await stat(absolute).catch(() => undefined);
    if (info !== undefined) return { absolute, info };
  }
  return { absolute: path, info: await stat(path) };
}

/** Tests paths against globs; without globs, returns `byDefault`. */
const matcher = (
  globs: readonly string[] = [],
  name: string,
  byDefault: boolean,
): ((path: string) => boolean) => (globs.length === 0 ? () => byDefault : globTest(globs, name));
