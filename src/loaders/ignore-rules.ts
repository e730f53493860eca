import { dirname, join, relative, resolve, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { SragError } from '../core/index.ts';
import { openRegular } from './open-regular.ts';

const IGNORE_FILE = '.sragignore';

interface Level {
  readonly folder: string;
  readonly rules: Ignore;
}

/** The ignore files that apply in a folder; the innermost that says something about a path decides, as in git. */
export class IgnoreRules {
  /** Outermost first. */
  readonly #levels: readonly Level[];

  private constructor(levels: readonly Level[]) {
    this.#levels = levels;
  }

  /** Rules from the project root down to `folder`; of `folder` alone where it lies outside. */
  static async of(folder: string, projectRoot: string): Promise<IgnoreRules> {
    const root = resolve(projectRoot);
    const folders: string[] = [];
    for (let each = resolve(folder); ; each = dirname(each)) {
      folders.unshift(each);
      if (each === root || dirname(each) === each) break;
    }
    const inside = folders[0] === root ? folders : [resolve(folder)];
    let rules = new IgnoreRules([]);
    for (const each of inside) rules = await rules.entering(each);
    return rules;
  }

  /** These rules and those that `folder` adds. @throws FILE_UNREADABLE */
  async entering(folder: string): Promise<IgnoreRules> {
    const path = join(folder, IGNORE_FILE);
    const text = await textOf(path);
    if (text === undefined) return this;
    try {
      return new IgnoreRules([...this.#levels, { folder, rules: ignore().add(text.replace(/^\uFEFF/, '')) }]);
    } catch (cause) {
      throw new SragError('INVALID_ARGUMENT', `${path} holds a pattern that cannot be read.`, {
        remedy: 'Write patterns as in a .gitignore file.',
        cause,
      });
    }
  }

  ignores(path: string, isFolder: boolean): boolean {
    for (const { folder, rules } of this.#levels.toReversed()) {
      const inside = relative(folder, path).split(sep).join('/');
      if (inside === '' || inside.startsWith('../')) continue;
      const { ignored, unignored } = rules.test(isFolder ? `${inside}/` : inside);
      if (ignored) return true;
      if (unignored) return false;
    }
    return false;
  }
}

/** The text of a file; undefined where there is none. @throws FILE_UNREADABLE */
async function textOf(path: string): Promise<string | undefined> {
  try {
    await using handle = await openRegular(path);
    return await handle.readFile('utf8');
  } catch (error) {
    const { systemCode } = error instanceof SragError ? error.fields : {};
    if (systemCode === 'ENOENT' || systemCode === 'ENOTDIR') return undefined;
    throw error;
  }
}
