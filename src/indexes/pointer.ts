import { SragError, unknownName } from '../core/index.ts';

/** Default maximum age of the cached pointer, in milliseconds. */
export const REFRESH_MS = 10_000;
/** Key of the pointer, relative to the collection's prefix. */
export const POINTER_KEY = 'indexes/published.json';
const FOLDER = 'indexes/';
/** Pattern of valid version ids. */
export const VERSION = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/** A version and its index kind. */
export interface PublishedVersion {
  readonly version: string;
  readonly kind: string;
}

/** The version that a searcher opens by default. */
export interface PublishedPointer extends PublishedVersion {
  readonly formatVersion: 1;
  /** Incremented by every publication: publishing v1, v2 and v1 again yields three different pointers. */
  readonly generation: number;
  /** Unique id of the publication, so that its writer recognises its own pointer. */
  readonly writer: string;
  readonly publishedAt: string;
  /** The previously published version; a rollback publishes it again. */
  readonly previous?: PublishedVersion;
  /** Base64 data that the kind needs to open the version, embedded to save a read. */
  readonly opening?: string;
  /** Base64 HMAC-SHA-256 of all other fields, if versions are signed. */
  readonly signature?: string;
}

/**
 * Key prefix of a version's objects, ending in `/`. `collectionPrefix` must end in `/`, too.
 * @throws UNKNOWN_INDEX_VERSION for a malformed version.
 */
export function versionPrefix(collectionPrefix: string, version: string): string {
  if (!VERSION.test(version)) throw unknownName('UNKNOWN_INDEX_VERSION', 'index version', version, []);
  return `${collectionPrefix}${FOLDER}${version}/`;
}

/**
 * Parses a pointer. It is validated by hand, because every function's cold start parses it.
 * @throws DAMAGED_STORE
 */
export function parsePointer(bytes: Uint8Array, key: string): PublishedPointer {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damagedPointer(key, 'it is not valid JSON', cause);
  }
  const pointer = (value ?? {}) as Partial<Record<keyof PublishedPointer, unknown>>;
  const { formatVersion, generation, publishedAt, writer, previous, opening, signature } = pointer;
  if (formatVersion !== 1) throw damagedPointer(key, 'formatVersion must be 1');
  if (!Number.isSafeInteger(generation) || (generation as number) < 1)
    throw damagedPointer(key, 'generation must be an integer >= 1');
  if (typeof writer !== 'string' || writer === '' || typeof publishedAt !== 'string')
    throw damagedPointer(key, 'writer or publishedAt is missing');
  if (!isVersion(pointer)) throw damagedPointer(key, 'version or kind is missing');
  if (previous !== undefined && !isVersion(previous))
    throw damagedPointer(key, 'previous is not a valid version');
  for (const text of [opening, signature])
    if (text !== undefined && typeof text !== 'string')
      throw damagedPointer(key, 'opening or signature is not a string');
  return pointer as PublishedPointer;
}

function isVersion(value: unknown): value is PublishedVersion {
  const { version, kind } = (value ?? {}) as Partial<Record<keyof PublishedVersion, unknown>>;
  return typeof version === 'string' && VERSION.test(version) && typeof kind === 'string' && kind !== '';
}

const damagedPointer = (key: string, problem: string, cause?: unknown): SragError =>
  new SragError('DAMAGED_STORE', `'${key}' cannot be read: it is damaged (${problem}).`, {
    remedy: 'Restore that object from a copy, or delete it and publish the index again.',
    fields: { key },
    cause,
  });
