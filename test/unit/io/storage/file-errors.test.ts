import { describe, expect, it } from 'vitest';
import { SragError } from '../../../../src/core/index.ts';
import { readError, writeError } from '../../../../src/io/storage/file/errors.ts';

const system = (code: string): Error => Object.assign(new Error(`${code}: it failed`), { code });

describe('readError and writeError', () => {
  it.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EACCES', 'LOCATION_NOT_WRITABLE'],
    ['EPERM', 'LOCATION_NOT_WRITABLE'],
    ['EROFS', 'LOCATION_NOT_WRITABLE'],
    ['EIO', 'STORAGE_UNAVAILABLE'],
    ['EMFILE', 'STORAGE_UNAVAILABLE'],
  ])('map the system error %s of a write to %s, in an error that names the location', (code, expected) => {
    const error = writeError(system(code), '/some/where');
    expect(error).toMatchObject({ code: expected, message: expect.stringContaining('/some/where') });
    expect(error.remedy).toBeTruthy();
  });

  it('map the system error EACCES of a read to ACCESS_DENIED, and EIO to STORAGE_UNAVAILABLE', () => {
    expect(readError(system('EACCES'), '/x').code).toBe('ACCESS_DENIED');
    expect(readError(system('EIO'), '/x').code).toBe('STORAGE_UNAVAILABLE');
  });

  it('leave a SragError unchanged', () => {
    const error = new SragError('CONDITION_FAILED', 'no');
    expect(writeError(error, '/x')).toBe(error);
    expect(readError(error, '/x')).toBe(error);
  });
});
