import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, snapshotEngine } from '../../api/service/index.ts';
import { SigningKey, type SigningKeySource, signingKeySource } from '../../indexes/index.ts';
import { kmsSecret } from '../../io/remote/index.ts';
import { SignedObjects } from '../../io/storage/s3/signed-objects.ts';
import { type FunctionSettings, functionEnvironment, functionSettings, placeOf } from './environment.ts';

/** Room in `/tmp` for parts of indexes; Lambda gives 512 MB unless told otherwise. */
const CACHE_BYTES = 400 * 2 ** 20;

/** Where an environment keeps what it read. */
export const cacheOptions = () => ({ folder: join(tmpdir(), 'srag'), folderBytes: CACHE_BYTES });

/** The function's bucket, reached with requests signed here. */
export function bucketObjects(settings: FunctionSettings): SignedObjects {
  const { location, s3 } = placeOf(settings);
  const { bucket, prefix } = location;
  return new SignedObjects({ bucket, prefix, ...s3 });
}

/** Opens snapshot indexes from the function's bucket. */
export const bucketSnapshots = (settings: FunctionSettings = functionSettings()): Engine =>
  snapshotEngine({ storage: bucketObjects(settings), cache: cacheOptions(), signing: signingOf(settings) });

/** The key that indexes must be signed with, where one is set. */
export function signingOf(settings: FunctionSettings): SigningKeySource | undefined {
  const { SRAG_SIGNING_KEY: text, SRAG_SIGNING_KMS_KEY: kmsKey } = settings;
  if (text !== undefined) return signingKeySource(async () => SigningKey.fromText(text, 'SRAG_SIGNING_KEY'));
  if (kmsKey === undefined) return undefined;
  return signingKeySource(async () => new SigningKey(await kmsSecret(kmsKey, functionEnvironment())));
}
