import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, snapshotEngine } from '../serving/index.ts';
import { SignedReads } from '../storage/s3/signed-reads.ts';
import { type FunctionSettings, functionSettings, placeOf } from './environment.ts';

/** Room in `/tmp` for parts of indexes; Lambda gives 512 MB unless told otherwise. */
const CACHE_BYTES = 400 * 2 ** 20;

/** Where an environment keeps what it read. */
export const cacheOptions = () => ({ folder: join(tmpdir(), 'srag'), folderBytes: CACHE_BYTES });

/** The function's bucket, read with requests signed here. */
export function bucketReads(settings: FunctionSettings): SignedReads {
  const { location, s3 } = placeOf(settings);
  const { bucket, prefix } = location;
  return new SignedReads({ bucket, prefix, ...s3 });
}

/** Opens snapshot indexes from the function's bucket. */
export const bucketSnapshots = (settings: FunctionSettings = functionSettings()): Engine =>
  snapshotEngine({ storage: bucketReads(settings), cache: cacheOptions() });
