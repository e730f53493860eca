import { stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** Files and folders that mark the root of a project. */
const MARKS = ['srag.config.ts', 'srag.config.js', 'srag.config.json', '.git', 'package.json'];

/** The nearest folder from `directory` upwards with srag's configuration, `.git` or package.json; else `directory`. */
export async function findProjectRoot(directory: string): Promise<string> {
  const start = resolve(directory);
  for (let folder = start; ; folder = dirname(folder)) {
    for (const mark of MARKS) {
      const found = await stat(join(folder, mark)).then(
        () => true,
        () => false,
      );
      if (found) return folder;
    }
    if (dirname(folder) === folder) return start;
  }
}

/**
 * The stable name of a path, in NFC with `/` between folders: relative to the project root if it is inside,
 * otherwise absolute. The project root itself is `.`.
 */
export function sourceOf(path: string, projectRoot: string): string {
  const absolute = resolve(path);
  const inside = relative(resolve(projectRoot), absolute);
  const isInside = inside !== '..' && !inside.startsWith(`..${sep}`) && !inside.startsWith(sep);
  const source = isInside ? (inside === '' ? '.' : inside) : absolute;
  return source.split(sep).join('/').normalize('NFC');
}
