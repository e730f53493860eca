import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, snapshotEngine } from '../../api/service/index.ts';
import { SigningKey, type SigningKeySource, signingKeySource } from '../../indexes/index.ts';
import { kmsSecret } from '../../io/remote/index.ts';
import { SignedObjects } from '../../io/storage/s3/signed-objects.ts';
import {
  type FunctionSettings,
  functionEnvironment,
  functionSettings,
  placeOf,
  serversOf,
} from './environment.ts';

/** Bytes of `/tmp` for cached parts of indexes; Lambda's default is 512 MB. */
const CACHE_BYTES = 400 * 2 ** 20;

/** Cache settings of an environment. */
export const cacheOptions = () => ({ folder: join(tmpdir(), 'srag'), folderBytes: CACHE_BYTES });

/** The function's bucket, accessed with srag's own signed requests instead of the AWS SDK. */
export function bucketObjects(settings: FunctionSettings): SignedObjects {
  const { location, s3 } = placeOf(settings);
  const { bucket, prefix } = location;
  return new SignedObjects({ bucket, prefix, ...s3 });
}

/** Opens snapshot indexes from the function's bucket. */
export const bucketSnapshots = (settings: FunctionSettings = functionSettings()): Engine =>
  snapshotEngine({
    storage: bucketObjects(settings),
    cache: cacheOptions(),
    servers: serversOf(settings),
    signing: signingOf(settings),
  });

/** The key that verifies the signatures of index versions, if one is set. */
export function signingOf(settings: FunctionSettings): SigningKeySource | undefined {
  const { SRAG_SIGNING_KEY: text, SRAG_SIGNING_KMS_KEY: kmsKey } = settings;
  if (text !== undefined) return signingKeySource(async () => SigningKey.fromText(text, 'SRAG_SIGNING_KEY'));
  if (kmsKey === undefined) return undefined;
  return signingKeySource(async () => new SigningKey(await kmsSecret(kmsKey, functionEnvironment())));
}
