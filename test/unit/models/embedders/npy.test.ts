import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openNpy, readNpy } from '../../../../src/models/embedders/index.ts';
import { npyBytes } from '../../../support/npy.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'srag-npy-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function file(bytes: Uint8Array): Promise<string> {
  const path = join(directory, `${Math.random().toString(36).slice(2)}.npy`);
  await writeFile(path, bytes);
  return path;
}

describe('.npy files', () => {
  it('can be read completely and in blocks of float32 rows', async () => {
    const path = await file(npyBytes('<f4', 3, 2, Float32Array.of(1, 2, 3, 4, 5, 6)));
    expect(await readNpy(path)).toEqual({ rows: 3, columns: 2, values: Float32Array.of(1, 2, 3, 4, 5, 6) });
    const opened = await openNpy(path);
    expect(await opened.readFloats(1, 3)).toEqual(Float32Array.of(3, 4, 5, 6));
    expect(await opened.readFloats(2, 2)).toHaveLength(0);
    await expect(opened.readFloats(2, 4)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(opened.readIntegers(0, 1)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await opened.close();
  });

  it('can contain half-precision numbers, which are read exactly', async () => {
    // 1, -2, the largest number, the smallest and the largest subnormal number, 1/3 rounded, -0, infinity.
    const bits = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0x3555, 0x8000, 0x7c00);
    const { values } = await readNpy(await file(npyBytes('<f2', 1, 8, bits)));
    expect([...values]).toEqual([
      1,
      -2,
      65504,
      2 ** -24,
      1023 * 2 ** -24,
      0.333251953125,
      -0,
      Number.POSITIVE_INFINITY,
    ]);
    const nan = await readNpy(await file(npyBytes('<f2', 1, 1, Uint16Array.of(0x7e00))));
    expect(nan.values[0]).toBeNaN();
  });

  it('can contain integers', async () => {
    const opened = await openNpy(await file(npyBytes('<i4', 2, 1, Int32Array.of(-1, 7))));
    expect(await opened.readIntegers(0, 2)).toEqual(Int32Array.of(-1, 7));
    await opened.close();
  });

  const whole = npyBytes('<f4', 2, 2, Float32Array.of(1, 2, 3, 4));
  it.each([
    ['an empty file', Buffer.alloc(0), 'FILE_DAMAGED', /signature/],
    ['a text file', Buffer.from('hello, this is no array'), 'FILE_DAMAGED', /signature/],
    ['a cut header', whole.subarray(0, 40), 'FILE_DAMAGED', /header/],
    ['cut values', whole.subarray(0, -1), 'FILE_DAMAGED', /143 bytes.*2 x 2 float32 need 144/],
    ['too many values', Buffer.concat([whole, Buffer.alloc(4)]), 'FILE_DAMAGED', /148 bytes/],
    [
      'another version',
      Buffer.concat([whole.subarray(0, 6), Buffer.from([9]), whole.subarray(7)]),
      'FILE_DAMAGED',
      /version is 9/,
    ],
    ['doubles', npyBytes('<f8', 1, 1, Float64Array.of(1)), 'UNSUPPORTED', /'<f8'/],
    ['big-endian floats', npyBytes('>f4', 1, 1, Float32Array.of(1)), 'UNSUPPORTED', /'>f4'/],
  ])('are rejected with an error that states the reason: %s', async (_what, bytes, code, reason) => {
    const run = openNpy(await file(bytes));
    await expect(run).rejects.toMatchObject({ code, message: expect.stringMatching(reason) });
  });

  it('are rejected if they have Fortran order or one dimension', async () => {
    const fortran = Buffer.from(whole.toString('latin1').replace('False', 'True '), 'latin1');
    await expect(openNpy(await file(fortran))).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    const flat = Buffer.from(whole.toString('latin1').replace('(2, 2)', '(4,)  '), 'latin1');
    await expect(openNpy(await file(flat))).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('cause an error that names the path if they do not exist', async () => {
    const path = join(directory, 'missing.npy');
    await expect(openNpy(path)).rejects.toMatchObject({
      code: 'PATH_NOT_FOUND',
      message: `Cannot open ${path}.`,
    });
  });
});
