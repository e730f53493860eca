import { catalogueEngine, type Engine } from '../../../api/service/index.ts';
import { openStorage } from '../../../io/storage/index.ts';
import { cacheOptions, signingOf } from '../engines.ts';
import { functionSettings, placeOf, serversOf } from '../environment.ts';

/**
 * Opens indexes of every kind from the function's bucket; LanceDB's native library is loaded on first use.
 */
export async function bucketIndexes(): Promise<Engine> {
  const settings = functionSettings();
  const place = placeOf(settings);
  return catalogueEngine({
    storage: await openStorage(place.location, place.s3),
    place,
    cache: cacheOptions(),
    servers: serversOf(settings),
    signing: signingOf(settings),
  });
}
