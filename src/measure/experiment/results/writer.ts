import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, SragError } from '../../../core/index.ts';
import type { ResultHeader } from './header.ts';
import { openResultFile } from './reader.ts';
import type { Sample } from './sample.ts';

/** Number of buffered characters that triggers a write. The end of a block also triggers one. */
const BUFFER_CHARACTERS = 2 ** 18;

/** Appends samples to a result file, which remains valid if the process is killed. */
export class ResultWriter {
  readonly path: string;
  readonly #file: FileHandle;
  #pending: string[] = [];
  #pendingCharacters = 0;
  /** Serialises writes. */
  #writing: Promise<void> = Promise.resolve();
  #failure: SragError | undefined;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /**
   * Creates a result file with its header.
   * @throws LOCATION_NOT_WRITABLE; INVALID_ARGUMENT if the file exists
   */
  static async create(path: string, header: ResultHeader): Promise<ResultWriter> {
    if (await stat(path).catch(() => undefined)) {
      throw new SragError('INVALID_ARGUMENT', `${path} exists already.`, {
        remedy: `Resume it (--resume ${path}), or write to another file (--output FILE).`,
        fields: { field: 'output', path },
      });
    }
    const temporary = `${path}.${process.pid}.partial`;
    const file = await open(temporary, 'wx').catch((cause: unknown) => {
      throw notWritable(path, cause);
    });
    try {
      await file.writeFile(`${JSON.stringify(header)}\n`);
      await file.sync();
      // Renamed once complete, so that a file under its final name always has a header.
      await rename(temporary, path);
      await syncFolder(path);
    } catch (cause) {
      await file.close();
      await rm(temporary, { force: true });
      throw notWritable(path, cause);
    }
    return new ResultWriter(path, file);
  }

  /** Opens a result file to append samples. */
  static async append(path: string): Promise<ResultWriter> {
    const file = await open(path, 'a').catch((cause: unknown) => {
      throw notWritable(path, cause);
    });
    return new ResultWriter(path, file);
  }

  /** Buffers a sample; it is written later, at the latest by {@link flush}. */
  add(sample: Sample): void {
    const line = `${JSON.stringify(sample)}\n`;
    this.#pending.push(line);
    this.#pendingCharacters += line.length;
    if (this.#pendingCharacters >= BUFFER_CHARACTERS) void this.#write().catch(() => {});
  }

  /**
   * Writes all buffered samples.
   * @throws DISK_FULL or LOCATION_NOT_WRITABLE; earlier writes are complete, so the run can be resumed
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
 * Prepares a result file for resuming: moves samples of interrupted blocks and a truncated last line to
 * `PATH.interrupted`, because these blocks lack the requests in flight at the end. Returns the number of samples kept
 * and moved.
 */
export async function prepareResume(
  path: string,
): Promise<{ readonly kept: number; readonly moved: number }> {
  const file = await openResultFile(path);
  /** Number of missing samples by block. */
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
  const temporary = `${path}.${process.pid}.partial`;
  const kept = await open(temporary, 'w');
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
    await rename(temporary, path);
  } finally {
    await kept.close();
    await interrupted.close();
    await rm(temporary, { force: true });
    if (counts.moved === 0) await removeIfEmpty(`${path}.interrupted`);
  }
  return counts;
}

/** Key of a block of arrivals. */
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
        ? `Free disk space, then resume: srag bench run --resume ${path}`
        : 'Name a file in an existing folder that you may write to (--output FILE).',
      fields: { path },
      cause,
    },
  );
}
