import { type FileHandle, open } from 'node:fs/promises';

/** Writes a matrix to a `.npy` file (format 1.0, little-endian, C order) in blocks, in any order. */
export class NpyWriter {
  readonly #file: FileHandle;
  readonly #dataOffset: number;
  readonly #columns: number;

  private constructor(file: FileHandle, dataOffset: number, columns: number) {
    this.#file = file;
    this.#dataOffset = dataOffset;
    this.#columns = columns;
  }

  static async create(path: string, type: '<f2' | '<i4', rows: number, columns: number): Promise<NpyWriter> {
    const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
    const header = Buffer.alloc(128, ' ');
    header.write('\x93NUMPY\x01\x00', 'latin1');
    header.writeUInt16LE(header.length - 10, 8);
    header.write(text, 10, 'latin1');
    header.write('\n', header.length - 1, 'latin1');
    const file = await open(path, 'w');
    await file.write(header);
    return new NpyWriter(file, header.length, columns);
  }

  async writeRows(firstRow: number, values: Uint16Array | Int32Array): Promise<void> {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const at = this.#dataOffset + firstRow * this.#columns * values.BYTES_PER_ELEMENT;
    await this.#file.write(bytes, 0, bytes.length, at);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
