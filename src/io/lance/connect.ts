import type { Connection } from '@lancedb/lancedb';
import { awsDomain, awsOrigin, type StoragePlace } from '../storage/index.ts';
import { guarded } from './errors.ts';
import { cacheSizes, loadLance } from './native.ts';

/**
 * The only AWS domain that LanceDB supports without an endpoint. LanceDB sends path-style requests, so bucket
 * names may contain dots.
 */
const OWN_DOMAIN = 'amazonaws.com';

/** A location of LanceDB tables: a storage place and a folder in it. */
export interface LancePlace extends StoragePlace {
  /** Key prefix below the location, ending in `/`. */
  readonly prefix: string;
}

/** Opens the database at `place`; nothing is created before the first table. `caches`: see {@link cacheSizes}. */
export async function connectLance(place: LancePlace, caches = cacheSizes()): Promise<Connection> {
  const { lance } = await loadLance();
  const { indexBytes, metadataBytes } = caches;
  const session = new lance.Session(indexBytes, metadataBytes);
  const uri = databaseUri(place);
  return guarded(`Opening ${uri}`, () =>
    lance.connect(uri, { session, storageOptions: storageOptions(place) }),
  );
}

/** The database's URI in LanceDB's format. */
export function databaseUri({ location, prefix }: LancePlace): string {
  const below = prefix.replace(/\/$/, '');
  if (location.kind === 'file') return `${location.path}/${below}`;
  return ['s3:/', location.bucket, location.prefix, below].filter((part) => part !== '').join('/');
}

function storageOptions({ location, s3 }: LancePlace): Record<string, string> {
  if (location.kind === 'file' || s3 === undefined) return {};
  const options: Record<string, string> = {
    client_max_retries: '5',
    request_timeout: '60s',
    connect_timeout: '5s',
    // Connections may die unnoticed while a function is frozen.
    pool_idle_timeout: '1s',
  };
  if (s3.region !== undefined) options.region = s3.region;
  if (s3.endpoint !== undefined) {
    options.endpoint = s3.endpoint;
    options.allow_http = String(s3.endpoint.startsWith('http:'));
    options.aws_virtual_hosted_style_request = 'false';
  } else if (s3.region !== undefined && awsDomain(s3.region) !== OWN_DOMAIN) {
    options.endpoint = awsOrigin('s3', s3.region);
  }
  if (s3.credentials !== undefined) {
    options.aws_access_key_id = s3.credentials.accessKeyId;
    options.aws_secret_access_key = s3.credentials.secretAccessKey;
    if (s3.credentials.sessionToken !== undefined) options.aws_session_token = s3.credentials.sessionToken;
  }
  return options;
}
