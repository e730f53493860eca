import { dirname, join, relative, resolve, sep } from 'node:path';
import { SragError } from '../../core/index.ts';
import { IgnorePatterns } from './globs.ts';
import { openRegular } from './open-regular.ts';

const IGNORE_FILE = '.sragignore';
/** Maximum size of an ignore file; few projects have 10 KB of rules. */
const MAX_BYTES = 256 * 1_024;

interface Level {
  readonly folder: string;
  readonly rules: IgnorePatterns;
}

/** The ignore files that apply in a folder. As in git, the innermost file with a matching rule decides. */
export class IgnoreRules {
  /** Outermost first. */
  readonly #levels: readonly Level[];

  private constructor(levels: readonly Level[]) {
    this.#levels = levels;
  }

  /** Rules from the project root down to `folder`; if `folder` is outside the project, only its own rules. */
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

  /** These rules and those that `folder` adds. @throws FILE_UNREADABLE, INVALID_ARGUMENT */
  async entering(folder: string): Promise<IgnoreRules> {
    const path = join(folder, IGNORE_FILE);
    const text = await textOf(path);
    if (text === undefined) return this;
    const rules = new IgnorePatterns(text.replace(/^\uFEFF/, ''), path);
    return new IgnoreRules([...this.#levels, { folder, rules }]);
  }

  ignores(path: string, isFolder: boolean): boolean {
    for (const { folder, rules } of this.#levels.toReversed()) {
      const inside = relative(folder, path).split(sep).join('/');
      if (inside === '' || inside.startsWith('../')) continue;
      const verdict = rules.verdict(inside, isFolder);
      if (verdict !== undefined) return verdict === 'ignored';
    }
    return false;
  }
}

/** The text of a file; undefined if it does not exist. @throws FILE_UNREADABLE */
async function textOf(path: string): Promise<string | undefined> {
  try {
    await using handle = await openRegular(path);
    const { size } = await handle.stat();
    if (size > MAX_BYTES)
      throw new SragError('INVALID_ARGUMENT', `${path} has ${size} bytes; the limit is ${MAX_BYTES}.`, {
        remedy: 'Name folders instead of single files, or use wildcards.',
        fields: { path, size, most: MAX_BYTES },
      });
    return await handle.readFile('utf8');
  } catch (error) {
    const { systemCode } = error instanceof SragError ? error.fields : {};
    if (systemCode === 'ENOENT' || systemCode === 'ENOTDIR') return undefined;
    throw error;
  }
}
