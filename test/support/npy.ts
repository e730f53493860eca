/** Bytes of a two-dimensional `.npy` file, version 1.0, as written by numpy.save. */
export function npyBytes(descr: string, rows: number, columns: number, values: ArrayBufferView): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const start = Buffer.from('\u0093NUMPY\u0001\u0000\u0000\u0000', 'latin1');
  start.writeUInt16LE(padded.length, 8);
  const data = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.concat([start, Buffer.from(padded, 'latin1'), data]);
}
