import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, SragError } from '../../../core/index.ts';
import type { ResultHeader } from './header.ts';
import { openResultFile } from './reader.ts';
import type { Sample } from './sample.ts';

/** Samples are written when so many characters have gathered, and at the end of every block. */
const BUFFER_CHARACTERS = 2 ** 18;

/** Appends samples to a result file; what was written stays valid when the process is killed. */
export class ResultWriter {
  readonly path: string;
  readonly #file: FileHandle;
  #pending: string[] = [];
  #pendingCharacters = 0;
  /** Writes follow one another. */
  #writing: Promise<void> = Promise.resolve();
  #failure: SragError | undefined;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /**
   * Starts a result file with its header.
   * @throws LOCATION_NOT_WRITABLE; INVALID_ARGUMENT where the file exists
   */
  static async create(path: string, header: ResultHeader): Promise<ResultWriter> {
    if (await stat(path).catch(() => undefined)) {
      throw new SragError('INVALID_ARGUMENT', `${path} exists already.`, {
        remedy: `Go on with it (--resume ${path}), or write to another file (--output FILE).`,
        fields: { field: 'output', path },
      });
    }
    const aside = `${path}.${process.pid}.partial`;
    const file = await open(aside, 'wx').catch((cause: unknown) => {
      throw notWritable(path, cause);
    });
    try {
      await file.writeFile(`${JSON.stringify(header)}\n`);
      await file.sync();
      // A file under its name always has a whole header.
      await rename(aside, path);
      await syncFolder(path);
    } catch (cause) {
      await file.close();
      await rm(aside, { force: true });
      throw notWritable(path, cause);
    }
    return new ResultWriter(path, file);
  }

  /** Goes on with a result file; samples are appended to it. */
  static async append(path: string): Promise<ResultWriter> {
    const file = await open(path, 'a').catch((cause: unknown) => {
      throw notWritable(path, cause);
    });
    return new ResultWriter(path, file);
  }

  /** Keeps a sample; it reaches the disk soon, and at the latest with {@link flush}. */
  add(sample: Sample): void {
    const line = `${JSON.stringify(sample)}\n`;
    this.#pending.push(line);
    this.#pendingCharacters += line.length;
    if (this.#pendingCharacters >= BUFFER_CHARACTERS) void this.#write().catch(() => {});
  }

  /**
   * Writes everything that was added.
   * @throws DISK_FULL, LOCATION_NOT_WRITABLE: what was written before is whole and can be resumed
   */
  async flush(): Promise<void> {
    await this.#write();
    if (this.#failure) throw this.#failure;
  }

  async close(): Promise<void> {
    try {
      await this.flush();
      await this.#file.sync();
    } finally {
      await this.#file.close();
    }
  }

  #write(): Promise<void> {
    const text = this.#pending.join('');
    this.#pending = [];
    this.#pendingCharacters = 0;
    if (text !== '') {
      this.#writing = this.#writing.then(async () => {
        if (this.#failure) return;
        await this.#file.writeFile(text).catch((cause: unknown) => {
          this.#failure = notWritable(this.path, cause);
        });
      });
    }
    return this.#writing;
  }
}

/**
 * Makes a result file ready to go on with: samples of blocks that were interrupted, and a last line that was cut, are
 * moved to `PATH.interrupted`, since requests in flight at the end are missing among them. Returns the whole blocks.
 */
export async function prepareResume(
  path: string,
): Promise<{ readonly kept: number; readonly moved: number }> {
  const file = await openResultFile(path);
  /** Samples that are missing of each block. */
  const missing = new Map<string, number>();
  let isTruncated = false;
  let samples = 0;
  for await (const sample of file.samples(() => {
    isTruncated = true;
  })) {
    missing.set(blockKey(sample), (missing.get(blockKey(sample)) ?? sample.blockSize) - 1);
    samples += 1;
  }
  const isWhole = (sample: Sample): boolean => missing.get(blockKey(sample)) === 0;
  if (!isTruncated && missing.values().every((count) => count === 0)) return { kept: samples, moved: 0 };
  const aside = `${path}.${process.pid}.partial`;
  const kept = await open(aside, 'w');
  const interrupted = await open(`${path}.interrupted`, 'a');
  const counts = { kept: 0, moved: 0 };
  try {
    await kept.writeFile(`${JSON.stringify(file.header)}\n`);
    let lines: Record<'kept' | 'moved', string[]> = { kept: [], moved: [] };
    const write = async (): Promise<void> => {
      await kept.writeFile(lines.kept.join(''));
      await interrupted.writeFile(lines.moved.join(''));
      lines = { kept: [], moved: [] };
    };
    for await (const sample of file.samples()) {
      const place = isWhole(sample) ? 'kept' : 'moved';
      counts[place] += 1;
      lines[place].push(`${JSON.stringify(sample)}\n`);
      if (lines.kept.length + lines.moved.length >= 1_000) await write();
    }
    await write();
    await interrupted.sync();
    await kept.sync();
    await rename(aside, path);
  } finally {
    await kept.close();
    await interrupted.close();
    await rm(aside, { force: true });
    if (counts.moved === 0) await removeIfEmpty(`${path}.interrupted`);
  }
  return counts;
}

/** Names a block of arrivals. */
export const blockKey = ({ variant, step, block }: Pick<Sample, 'variant' | 'step' | 'block'>): string =>
  `${variant} ${step} ${block}`;

async function removeIfEmpty(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.size === 0) await rm(path, { force: true });
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
}

function notWritable(path: string, cause: unknown): SragError {
  const isFull = ['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '');
  return new SragError(
    isFull ? 'DISK_FULL' : 'LOCATION_NOT_WRITABLE',
    `The results cannot be written to ${path}: ${messageOf(cause)}.`,
    {
      remedy: isFull
        ? `Make room, then go on: srag bench run --resume ${path}`
        : 'Name a file in an existing folder that you may write to (--output FILE).',
      fields: { path },
      cause,
    },
  );
}
