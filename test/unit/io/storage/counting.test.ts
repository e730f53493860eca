import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countRequests, type ObjectStorage, type StoredObject } from '../../../../src/io/storage/index.ts';

/** A storage whose reads end when the test calls `end`. */
function controlled() {
  const pending = new Map<string, (object: StoredObject) => void>();
  const storage: ObjectStorage = {
    location: 'test',
    read: (key) => new Promise((resolve) => pending.set(key, resolve)),
    write: async () => 'etag',
    async *list() {
      yield { key: 'a', sizeBytes: 1 };
      yield { key: 'b', sizeBytes: 1 };
    },
    delete: async () => {},
    close: async () => {},
  };
  const end = async (key: string, sizeBytes = 1): Promise<void> => {
    pending.get(key)?.({ bytes: new Uint8Array(sizeBytes), etag: '' });
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { counted: countRequests(storage), end };
}

/** The size of the largest set of non-overlapping intervals, found by trying every subset. */
function mostDisjoint(intervals: readonly (readonly [number, number])[]): number {
  let most = 0;
  for (let subset = 0; subset < 1 << intervals.length; subset++) {
    const chosen = intervals
      .filter((_, index) => subset & (1 << index))
      .sort((left, right) => left[0] - right[0]);
    if (chosen.every(([start], index) => index === 0 || start > chosen[index - 1]![1]))
      most = Math.max(most, chosen.length);
  }
  return most;
}

describe('counted requests', () => {
  it('are counted by kind, with their bytes', async () => {
    const { counted, end } = controlled();
    const reading = counted.read('x');
    await end('x', 12);
    await reading;
    await counted.write('k', new Uint8Array(5));
    for await (const _ of counted.list('')) void _;
    await counted.delete(['k']);
    expect(counted.counts()).toEqual({
      reads: 1,
      writes: 1,
      lists: 1,
      deletes: 1,
      bytesRead: 12,
      bytesWritten: 5,
      waves: 4,
    });
    counted.reset();
    expect(counted.counts()).toMatchObject({ reads: 0, bytesRead: 0, waves: 0 });
  });

  it('form one wave if they overlap, and several if they are sequential', async () => {
    const { counted, end } = controlled();
    const together = ['a', 'b', 'c'].map((key) => counted.read(key));
    for (const key of ['b', 'a', 'c']) await end(key);
    await Promise.all(together);
    expect(counted.counts().waves).toBe(1);
    const next = counted.read('d');
    await end('d');
    await next;
    expect(counted.counts().waves).toBe(2);
  });

  it('have as many waves as the largest set of non-overlapping requests', async () => {
    const schedules = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(schedules, async (raw) => {
        const intervals = raw.map(
          ([left, right]) => [Math.min(left, right) * 2, Math.max(left, right) * 2 + 1] as const,
        );
        const { counted, end } = controlled();
        const all: Promise<unknown>[] = [];
        for (let time = 0; time < 24; time++) {
          for (const [index, [start, stop]] of intervals.entries()) {
            if (stop === time) await end(String(index));
            if (start === time) all.push(counted.read(String(index)));
          }
        }
        await Promise.all(all);
        expect(counted.counts().waves).toBe(mostDisjoint(intervals));
      }),
      { numRuns: 60 },
    );
  });
});
