import { randomUUID } from 'node:crypto';
import { closeSync, readSync } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type SectionName, type Sections, segmentKey } from '../format/sections.ts';
import { isTrustedFolder, openTrusted } from './trusted-file.ts';

/** Options of {@link FolderCache}. */
export interface FolderCacheOptions {
  /** For example `/tmp/srag`. */
  readonly folder: string;
  /** Size limit of all builds together. */
  readonly sizeBytes: number;
}

/** Only folders named like a build are ever deleted, since the folder may contain unrelated files. */
const BUILD_ID = /^[0-9a-f]{32}$/;

/** Other users can neither read nor write cached files. */
const PRIVATE = { recursive: true, mode: 0o700 };

/** A temporary file untouched for this long belongs to a dead process. */
const LEFTOVER_MS = 60 * 60 * 1_000;

/**
 * Caches segments of one build as files in a folder shared by processes. Files are written under a temporary name and
 * renamed atomically, so readers never see partial files; deleted files stay readable for processes that opened them.
 * A folder that another user owns or may write to is neither read nor filled.
 */
export class FolderCache {
  readonly #root: string;
  readonly #folder: string;
  readonly #sections: Sections;
  readonly #sizeBytes: number;
  readonly #files = new Map<string, number>();

  constructor(options: FolderCacheOptions, buildId: string, sections: Sections) {
    this.#root = options.folder;
    this.#folder = join(options.folder, buildId);
    this.#sections = sections;
    this.#sizeBytes = options.sizeBytes;
    this.adopt();
  }

  /** Opens the segments in the folder, including those that other processes have added. */
  adopt(): void {
    if (!this.#isTrusted()) return;
    for (const [section, segments] of Object.entries(this.#sections) as [SectionName, readonly number[]][]) {
      segments.forEach((size, segment) => {
        const name = segmentKey(section, segment);
        if (this.#files.has(name)) return;
        const file = openTrusted(join(this.#folder, name), size);
        if (file !== undefined) this.#files.set(name, file);
      });
    }
  }

  get isEmpty(): boolean {
    return this.#files.size === 0;
  }

  has(section: SectionName, segment: number): boolean {
    return this.#files.has(segmentKey(section, segment));
  }

  /** Fills `target` with a segment's bytes from `offset` on. Returns false if the segment is not cached. */
  read(section: SectionName, segment: number, offset: number, target: Uint8Array): boolean {
    const file = this.#files.get(segmentKey(section, segment));
    if (file === undefined) return false;
    try {
      return readSync(file, target, 0, target.length, offset) === target.length;
    } catch {
      return false;
    }
  }

  /**
   * Makes space for a segment by evicting other builds, least recently used first. Returns false if it does not fit or
   * the folder is not usable.
   */
  async makeRoom(sizeBytes: number): Promise<boolean> {
    if (!(await this.#isUsable())) return false;
    const builds = await this.#builds();
    let used = builds.reduce((sum, build) => sum + build.sizeBytes, 0);
    for (const build of builds.sort((left, right) => left.usedMs - right.usedMs)) {
      if (used + sizeBytes <= this.#sizeBytes) break;
      if (build.folder === this.#folder) continue;
      await rm(build.folder, { recursive: true, force: true });
      used -= build.sizeBytes;
    }
    return used + sizeBytes <= this.#sizeBytes;
  }

  /** Writes a segment to a temporary file, then renames it. */
  async write(section: SectionName, segment: number, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    await mkdir(this.#folder, PRIVATE);
    await this.#removeLeftovers();
    const name = segmentKey(section, segment);
    const part = join(this.#folder, `${name}.${randomUUID()}.part`);
    try {
      const file = await open(part, 'wx', 0o600);
      try {
        for await (const piece of pieces) await file.writeFile(piece);
      } finally {
        await file.close();
      }
      await rename(part, join(this.#folder, name));
    } finally {
      await rm(part, { force: true });
    }
    const now = new Date();
    await utimes(this.#folder, now, now).catch(() => {});
    this.adopt();
  }

  /** Deletes all cached segments of this build after damage was found. */
  async discard(): Promise<void> {
    this.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  close(): void {
    for (const file of this.#files.values()) closeSync(file);
    this.#files.clear();
  }

  #isTrusted(): boolean {
    return isTrustedFolder(this.#root) && isTrustedFolder(this.#folder);
  }

  /** Whether segments may be written to the folder; creates it if missing. */
  async #isUsable(): Promise<boolean> {
    await mkdir(this.#root, PRIVATE).catch(() => {});
    if (!isTrustedFolder(this.#root)) return false;
    const hasNone = await lstat(this.#folder).then(
      () => false,
      () => true,
    );
    return hasNone || isTrustedFolder(this.#folder);
  }

  /** Removes partial files of dead processes from this build's folder. */
  async #removeLeftovers(): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (!name.endsWith('.part')) continue;
      const path = join(this.#folder, name);
      const writtenMs = (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
      if (Date.now() - writtenMs > LEFTOVER_MS) await rm(path, { force: true });
    }
  }

  async #builds(): Promise<{ folder: string; sizeBytes: number; usedMs: number }[]> {
    const names = (await readdir(this.#root).catch(() => [])).filter((name) => BUILD_ID.test(name));
    return Promise.all(
      names.map(async (name) => {
        const folder = join(this.#root, name);
        const files = await readdir(folder).catch(() => []);
        const sizes = await Promise.all(
          files.map(async (file) => (await stat(join(folder, file)).catch(() => undefined))?.size ?? 0),
        );
        const usedMs = (await stat(folder).catch(() => undefined))?.mtimeMs ?? 0;
        return { folder, sizeBytes: sizes.reduce((sum, size) => sum + size, 0), usedMs };
      }),
    );
  }
}
