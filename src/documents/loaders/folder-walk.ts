import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { asSragError, throwIfAborted } from '../../core/index.ts';
import { unreadable } from './faults.ts';
import type { FileListing, ListOptions } from './file-listing.ts';
import { loaderNameFor } from './formats.ts';
import { IgnoreRules } from './ignore-rules.ts';
import type { FileToLoad, LoadFailure } from './port.ts';
import { sourceOf } from './project-root.ts';

/** Maximum number of skipped files whose names are reported. */
const MAX_NAMES = 20;

interface WalkOptions extends Pick<ListOptions, 'projectRoot' | 'hidden' | 'followLinks' | 'signal'> {
  /** Whether to include a path within the walked folder. */
  readonly takes: (path: string) => boolean;
  readonly excludes: (path: string) => boolean;
}

/** Collects the loadable files of folders. */
export class FolderWalk {
  readonly #options: WalkOptions;
  readonly #files = new Map<string, FileToLoad>();
  readonly #failures = new Map<string, LoadFailure>();
  #ignored = 0;
  readonly #unknownFormat: string[] = [];
  #links = 0;
  #special = 0;

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  /**
   * Walks a folder: real folders first, then linked folders that were not visited yet, so that cycles end.
   */
  async folder(root: string): Promise<void> {
    const realRoot = await realpath(root);
    const visited = new Set<string>();
    const links: { path: string; rules: IgnoreRules }[] = [];
    const visit = async (folder: string, rules: IgnoreRules): Promise<void> => {
      throwIfAborted(this.#options.signal);
      const entries = await this.#entriesOf(folder, visited);
      for (const entry of entries) {
        const path = join(folder, entry.name);
        if (this.#isHidden(entry.name)) continue;
        const info = entry.isSymbolicLink() ? await this.#linked(path, realRoot) : entry;
        if (info === undefined) continue;
        if (info.isDirectory()) {
          if (rules.ignores(path, true) || this.#options.excludes(within(root, path))) continue;
          if (entry.isSymbolicLink()) links.push({ path, rules });
          else await visit(path, await this.#entering(rules, path));
        } else if (info.isFile()) {
          await this.#file(root, path, rules);
        } else {
          this.#special += 1;
        }
      }
    };
    await visit(root, await this.#rulesOf(root));
    for (let next = links.shift(); next !== undefined; next = links.shift()) {
      await visit(next.path, await this.#entering(next.rules, next.path));
    }
  }

  take(path: string, info: Stats): void {
    const source = sourceOf(path, this.#options.projectRoot);
    this.#files.set(source, { path, source, sizeBytes: info.size, modifiedMs: info.mtimeMs });
  }

  fail(path: string, error: unknown): void {
    const source = sourceOf(path, this.#options.projectRoot);
    const { code, message, remedy } = asSragError(error, 'FILE_UNREADABLE');
    this.#failures.set(source, {
      path: source,
      source,
      code,
      message,
      remedy,
    });
  }

  listing(roots: readonly string[]): FileListing {
    return {
      files: [...this.#files.values()].sort((left, right) => (left.source < right.source ? -1 : 1)),
      failures: [...this.#failures.values()],
      roots: [...new Set(roots)],
      skipped: {
        ignored: this.#ignored,
        unknownFormat: this.#unknownFormat.length,
        unknownFormatFiles: this.#unknownFormat.toSorted().slice(0, MAX_NAMES),
        links: this.#links,
        special: this.#special,
      },
    };
  }

  async #file(root: string, path: string, rules: IgnoreRules): Promise<void> {
    const isLoadable = loaderNameFor(path) !== undefined;
    if (rules.ignores(path, false) || !this.#options.takes(within(root, path))) {
      if (isLoadable) this.#ignored += 1;
    } else if (!isLoadable) {
      this.#unknownFormat.push(sourceOf(path, this.#options.projectRoot));
    } else {
      try {
        this.take(path, await stat(path));
      } catch (error) {
        this.fail(path, unreadable(path, error));
      }
    }
  }

  #isHidden(name: string): boolean {
    return (
      name === 'node_modules' || name === '.git' || (name.startsWith('.') && this.#options.hidden !== true)
    );
  }

  /** Sorted entries; empty if the folder was visited already or cannot be read (which is recorded as a failure). */
  async #entriesOf(folder: string, visited: Set<string>): Promise<readonly Dirent[]> {
    try {
      const real = await realpath(folder);
      if (visited.has(real)) return [];
      visited.add(real);
      const entries = await readdir(folder, { withFileTypes: true });
      return entries.sort((left, right) => (left.name < right.name ? -1 : 1));
    } catch (error) {
      this.fail(folder, unreadable(folder, error));
      return [];
    }
  }

  /**
   * The target of a link. Undefined if the target is outside the walked folder and `followLinks` is not set.
   * A broken link is a failure if its name has a loadable format.
   */
  async #linked(path: string, realRoot: string): Promise<Stats | undefined> {
    try {
      const info = await stat(path);
      if (this.#options.followLinks === true || isInside(realRoot, await realpath(path))) return info;
      this.#links += 1;
      return undefined;
    } catch (error) {
      if (loaderNameFor(path) !== undefined) this.fail(path, unreadable(path, error));
      return undefined;
    }
  }

  async #entering(rules: IgnoreRules, folder: string): Promise<IgnoreRules> {
    try {
      return await rules.entering(folder);
    } catch (error) {
      this.fail(folder, error);
      return rules;
    }
  }

  #rulesOf(root: string): Promise<IgnoreRules> {
    return IgnoreRules.of(root, this.#options.projectRoot);
  }
}

const isInside = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

const within = (root: string, path: string): string => relative(root, path).split(sep).join('/');
