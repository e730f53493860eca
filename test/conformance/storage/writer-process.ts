/** Writes an object. Arguments: `PLACE count KEY TIMES`, or `PLACE alternate KEY` (runs until it is killed). */
import { SragError } from '../../../src/core/index.ts';
import { openStorage, type StoragePlace } from '../../../src/io/storage/index.ts';

const [, , placeJson = '', mode, key = '', times = '0'] = process.argv;
const place = JSON.parse(placeJson) as StoragePlace;
const storage = await openStorage(place.location, place.s3);

async function current(): Promise<{ value: number; etag: string | undefined }> {
  try {
    const { bytes, etag } = await storage.read(key);
    return { value: Number(new TextDecoder().decode(bytes)), etag };
  } catch (error) {
    if (error instanceof SragError && error.code === 'OBJECT_NOT_FOUND') return { value: 0, etag: undefined };
    throw error;
  }
}

async function increment(): Promise<void> {
  for (;;) {
    const { value, etag } = await current();
    const condition = etag === undefined ? { ifNoneMatch: '*' as const } : { ifMatch: etag };
    try {
      await storage.write(key, new TextEncoder().encode(String(value + 1)), condition);
      return;
    } catch (error) {
      if (!(error instanceof SragError && error.code === 'CONDITION_FAILED')) throw error;
    }
  }
}

if (mode === 'count') {
  for (let done = 0; done < Number(times); done++) await increment();
} else {
  for (let round = 0; ; round++) {
    await storage.write(key, new Uint8Array(3_000_000).fill(round % 250));
    process.stdout.write('.');
  }
}
await storage.close();
