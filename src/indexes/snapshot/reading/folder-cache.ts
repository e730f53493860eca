import { randomUUID } from 'node:crypto';
import { closeSync, readSync } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type SectionName, type Sections, segmentKey } from '../format/sections.ts';
import { isTrustedFolder, openTrusted } from './trusted-file.ts';

/** Where segments are kept and how much of them. */
export interface FolderCacheOptions {
  /** For example `/tmp/srag`. */
  readonly folder: string;
  /** Most bytes of all builds together. */
  readonly sizeBytes: number;
}

/** Only folders named like a build are ever deleted: the folder may hold other people's files, too. */
const BUILD_ID = /^[0-9a-f]{32}$/;

/** Other users neither read what was cached nor put anything there. */
const PRIVATE = { recursive: true, mode: 0o700 };

/** A part that nobody has written to for so long belongs to a process that is gone. */
const LEFTOVER_MS = 60 * 60 * 1_000;

/**
 * Segments of one build as files in a folder that processes may share: a file is written aside and takes its name in
 * one step, so that whoever sees it sees all of it, and one that is deleted stays readable for those who opened it. The
 * folder is for one user: one that another user owns or may write to is neither read nor filled.
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

  /** Opens what is there, also what another process has put there meanwhile. */
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

  /** Fills `target` with the bytes of a segment from `offset` on. False where they are not here. */
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
   * Makes room for a segment by deleting other builds, the longest unused first. False where it does not fit, or the
   * folder is not this user's to fill.
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

  /** Writes a segment piece by piece, then gives it its name. */
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

  /** Forgets and deletes what is kept of this build: something in it was damaged. */
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

  /** Whether segments may be put there; makes the folder where it is missing. */
  async #isUsable(): Promise<boolean> {
    await mkdir(this.#root, PRIVATE).catch(() => {});
    if (!isTrustedFolder(this.#root)) return false;
    const hasNone = await lstat(this.#folder).then(
      () => false,
      () => true,
    );
    return hasNone || isTrustedFolder(this.#folder);
  }

  /** Removes what killed processes have left half written in this build's folder. */
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
