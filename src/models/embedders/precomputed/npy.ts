import { type FileHandle, open } from 'node:fs/promises';
import { SragError } from '../../../core/index.ts';
import { halfToFloat32 } from './half-float.ts';
import { ITEM_BYTES, MAX_HEADER_BYTES, type NpyType, parseNpyHeader } from './npy-header.ts';

const READ_BYTES = 16 * 1024 * 1024;

/** An open `.npy` file of rows. Rows are read by position, so memory does not grow with the file. */
export class NpyFile {
  readonly path: string;
  readonly type: NpyType;
  readonly rows: number;
  readonly columns: number;
  readonly #dataOffset: number;
  readonly #handle: FileHandle;

  constructor(path: string, handle: FileHandle, header: ReturnType<typeof parseNpyHeader>) {
    this.path = path;
    this.#handle = handle;
    this.type = header.type;
    this.rows = header.rows;
    this.columns = header.columns;
    this.#dataOffset = header.dataOffset;
  }

  /** Reads rows `from` (included) to `to` (excluded), concatenated. @throws UNSUPPORTED for an int32 file. */
  async readFloats(from: number, to: number): Promise<Float32Array> {
    this.#check(from, to, this.type !== 'int32', 'floats');
    const bytes = await this.#read(from, to);
    return this.type === 'float16' ? halfToFloat32(new Uint16Array(bytes)) : new Float32Array(bytes);
  }

  /** Like `readFloats`, for an int32 file. */
  async readIntegers(from: number, to: number): Promise<Int32Array> {
    this.#check(from, to, this.type === 'int32', 'integers');
    return new Int32Array(await this.#read(from, to));
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  #check(from: number, to: number, fits: boolean, wanted: string): void {
    if (!fits) throw new SragError('UNSUPPORTED', `${this.path} contains ${this.type}, not ${wanted}.`);
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to < from || to > this.rows) {
      throw new SragError(
        'INVALID_ARGUMENT',
        `Rows ${from} to ${to} are not within the ${this.rows} rows of ${this.path}.`,
      );
    }
  }

  async #read(from: number, to: number): Promise<ArrayBuffer> {
    const rowBytes = this.columns * ITEM_BYTES[this.type];
    const target = new Uint8Array((to - from) * rowBytes);
    for (let done = 0; done < target.length; ) {
      const length = Math.min(READ_BYTES, target.length - done);
      const position = this.#dataOffset + from * rowBytes + done;
      const { bytesRead } = await this.#handle.read(target, done, length, position);
      if (bytesRead === 0)
        throw new SragError('FILE_DAMAGED', `${this.path} became shorter while it was read.`);
      done += bytesRead;
    }
    return target.buffer;
  }
}

/**
 * Opens a `.npy` file of rows and checks that its size matches its header.
 * @throws PATH_NOT_FOUND, FILE_UNREADABLE, FILE_DAMAGED, UNSUPPORTED.
 */
export async function openNpy(path: string): Promise<NpyFile> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (cause) {
    const missing = (cause as { code?: unknown }).code === 'ENOENT';
    throw new SragError(missing ? 'PATH_NOT_FOUND' : 'FILE_UNREADABLE', `Cannot open ${path}.`, {
      remedy: 'Check the path and its permissions.',
      fields: { path },
      cause,
    });
  }
  try {
    const { size } = await handle.stat();
    const start = new Uint8Array(Math.min(size, MAX_HEADER_BYTES));
    await handle.read(start, 0, start.length, 0);
    const header = parseNpyHeader(start, path);
    const expected = header.dataOffset + header.rows * header.columns * ITEM_BYTES[header.type];
    if (size !== expected) {
      throw new SragError(
        'FILE_DAMAGED',
        `${path} has ${size} bytes; ${header.rows} x ${header.columns} ${header.type} need ${expected}.`,
        {
          remedy: 'Copy or write the file again: it is truncated or has trailing data.',
          fields: { path },
        },
      );
    }
    return new NpyFile(path, handle, header);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Opens a file, calls `use`, and closes the file. @throws the errors of {@link openNpy}. */
export async function withNpy<T>(path: string, use: (file: NpyFile) => Promise<T>): Promise<T> {
  const file = await openNpy(path);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** Reads a whole `.npy` file of floats. @throws the errors of {@link openNpy}. */
export const readNpy = (path: string): Promise<{ rows: number; columns: number; values: Float32Array }> =>
  withNpy(path, async (file) => ({
    rows: file.rows,
    columns: file.columns,
    values: await file.readFloats(0, file.rows),
  }));
