import { SragError, unknownName } from '../core/index.ts';

/** How old the knowledge of what is published may be, in milliseconds, unless told otherwise. */
export const REFRESH_MS = 10_000;
/** Key of the pointer, below the collection's prefix. */
export const POINTER_KEY = 'indexes/published.json';
const FOLDER = 'indexes/';
/** What an index version may be called. */
export const VERSION = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/** A version and the kind that it is. */
export interface PublishedVersion {
  readonly version: string;
  readonly kind: string;
}

/** What a searcher opens unless told otherwise. */
export interface PublishedPointer extends PublishedVersion {
  readonly formatVersion: 1;
  /** One more with every publication: publishing v1, v2 and v1 again gives three different pointers. */
  readonly generation: number;
  /** Who published: unique to the one publication, so that its writer knows its own pointer again. */
  readonly writer: string;
  readonly publishedAt: string;
  /** What was published before; what a roll-back publishes again. */
  readonly previous?: PublishedVersion;
  /** What the kind needs to open the version, in base64: whoever has read the pointer need not read that, too. */
  readonly opening?: string;
  /** HMAC-SHA-256 of all the rest, in base64, where versions are signed. */
  readonly signature?: string;
}

/**
 * Key prefix of a version's objects, ending in `/`. `collectionPrefix` ends in `/`, too.
 * @throws UNKNOWN_INDEX_VERSION for what cannot be a version.
 */
export function versionPrefix(collectionPrefix: string, version: string): string {
  if (!VERSION.test(version)) throw unknownName('UNKNOWN_INDEX_VERSION', 'index version', version, []);
  return `${collectionPrefix}${FOLDER}${version}/`;
}

/** Reads a pointer; checked by hand, since it stands on every function's cold path. @throws DAMAGED_STORE */
export function parsePointer(bytes: Uint8Array, key: string): PublishedPointer {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damagedPointer(key, 'it is not JSON', cause);
  }
  const pointer = (value ?? {}) as Partial<Record<keyof PublishedPointer, unknown>>;
  const { formatVersion, generation, publishedAt, writer, previous, opening, signature } = pointer;
  if (formatVersion !== 1) throw damagedPointer(key, 'its format version is not 1');
  if (!Number.isSafeInteger(generation) || (generation as number) < 1)
    throw damagedPointer(key, 'generation is no whole number from 1');
  if (typeof writer !== 'string' || writer === '' || typeof publishedAt !== 'string')
    throw damagedPointer(key, 'writer or publishedAt is missing');
  if (!isVersion(pointer)) throw damagedPointer(key, 'version or kind is missing');
  if (previous !== undefined && !isVersion(previous)) throw damagedPointer(key, 'previous is no version');
  for (const text of [opening, signature])
    if (text !== undefined && typeof text !== 'string')
      throw damagedPointer(key, 'opening or signature is no text');
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
    ...(cause === undefined ? {} : { cause }),
  });
