import { SragError } from '../../../core/index.ts';

/** Supported number types of `.npy` files. */
export type NpyType = 'float16' | 'float32' | 'int32';

/** A validated `.npy` header. */
export interface NpyHeader {
  readonly type: NpyType;
  readonly rows: number;
  readonly columns: number;
  /** Byte offset of the first value. */
  readonly dataOffset: number;
}

const TYPES: Readonly<Record<string, NpyType>> = { '<f2': 'float16', '<f4': 'float32', '<i4': 'int32' };
export const ITEM_BYTES: Readonly<Record<NpyType, number>> = { float16: 2, float32: 4, int32: 4 };

/** Maximum header size; NumPy does not write longer headers for plain arrays. */
export const MAX_HEADER_BYTES = 65_536;

const REMEDY = 'Write it with numpy.save of a C-ordered two-dimensional float16, float32 or int32 array.';

const damaged = (path: string, detail: string): SragError =>
  new SragError('FILE_DAMAGED', `${path} is not a readable .npy file: ${detail}.`, {
    remedy: REMEDY,
    fields: { path },
  });

/**
 * Parses the header of a `.npy` file (NumPy Enhancement Proposal 1, versions 1.0 to 3.0) from the file's
 * first bytes.
 * @throws FILE_DAMAGED for other data, UNSUPPORTED for another number type, order or shape.
 */
export function parseNpyHeader(start: Uint8Array, path: string): NpyHeader {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  if (bytes.length < 10 || bytes.toString('latin1', 0, 6) !== '\u0093NUMPY') {
    throw damaged(path, 'it does not start with the NUMPY signature');
  }
  const major = bytes[6]!;
  if (major < 1 || major > 3)
    throw damaged(path, `its format version is ${major}; versions 1 to 3 are supported`);
  const prefix = major === 1 ? 10 : 12;
  if (bytes.length < prefix) throw damaged(path, 'its header is cut off');
  const dataOffset = prefix + (major === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  if (dataOffset > bytes.length) throw damaged(path, 'its header is cut off or too long');
  const text = bytes.toString('latin1', prefix, dataOffset);
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(\s*(\d{1,15})\s*,\s*(\d{1,15})\s*(?:,\s*)?\)/.exec(text);
  if (descr === undefined || order === undefined)
    throw damaged(path, 'its header lacks descr or fortran_order');
  const type = TYPES[descr];
  if (type === undefined || order === 'True' || shape === null) {
    const actual = `type '${descr}', fortran_order ${order}, shape ${/\([^()]{0,100}\)/.exec(text)?.[0] ?? 'missing'}`;
    throw new SragError(
      'UNSUPPORTED',
      `${path} contains ${actual}; only types ${Object.keys(TYPES).join(', ')} in C order with two dimensions are supported.`,
      {
        remedy: REMEDY,
        fields: { path },
      },
    );
  }
  return { type, rows: Number(shape[1]), columns: Number(shape[2]), dataOffset };
}
