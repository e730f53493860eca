import { hasCode, SragError, undefinedIf, withoutUndefined } from '../core/index.ts';
import type { ObjectStorage } from '../io/storage/index.ts';
import { POINTER_KEY, type PublishedPointer, type PublishedVersion } from './pointer.ts';
import { signedPointer, verifyPointer } from './signed-pointer.ts';
import type { SigningKeySource } from './signing-key.ts';
import { encodeJson } from './versions.ts';

/** A pointer and its ETag, which the next conditional write must match. */
export interface ReadPointer {
  readonly pointer: PublishedPointer;
  readonly etag: string;
}

/** Options of {@link publishVersion}. */
export interface PublishOptions {
  /** Id of the publisher; must be unique per call, for example a random UUID. */
  readonly writer: string;
  readonly now?: () => number;
  /** See {@link PublishedPointer.opening}. */
  readonly opening?: string | undefined;
  /**
   * The pointer on which the caller based its decision; `null` if nothing was published. If omitted, it is
   * read now.
   */
  readonly expected?: ReadPointer | null;
  /** Signs the pointer; only signed pointers are trusted. */
  readonly signing?: SigningKeySource | undefined;
}

/** Returns the published version of a collection, or undefined. @throws DAMAGED_STORE */
export async function readPublished(
  storage: Pick<ObjectStorage, 'read'>,
  collectionPrefix: string,
  signing?: SigningKeySource,
): Promise<ReadPointer | undefined> {
  const key = collectionPrefix + POINTER_KEY;
  const found = await storage.read(key).catch(undefinedIf('OBJECT_NOT_FOUND'));
  return (
    found && {
      pointer: await verifyPointer(found.bytes, key, collectionPrefix, signing),
      etag: found.etag,
    }
  );
}

/**
 * Publishes a version with one conditional write: readers see the old pointer or the new one. If the response
 * is lost, the pointer is read again and its `writer` shows whether the write succeeded.
 * @throws PUBLISH_CONFLICT if another publisher was faster; its pointer is kept.
 */
export async function publishVersion(
  storage: ObjectStorage,
  collectionPrefix: string,
  { version, kind }: PublishedVersion,
  options: PublishOptions,
): Promise<PublishedPointer> {
  const { writer, now = Date.now, signing } = options;
  // A pointer written by anyone else is replaced even if its signature is invalid: publishing repairs it.
  const current =
    options.expected === undefined ? await readPublished(storage, collectionPrefix) : options.expected;
  const plain = withoutUndefined<PublishedPointer>({
    formatVersion: 1,
    generation: (current?.pointer.generation ?? 0) + 1,
    writer,
    version,
    kind,
    publishedAt: new Date(now()).toISOString(),
    opening: options.opening,
    previous: current ? { version: current.pointer.version, kind: current.pointer.kind } : undefined,
  });
  const pointer = signing === undefined ? plain : signedPointer(plain, collectionPrefix, await signing());
  const condition = current ? { ifMatch: current.etag } : { ifNoneMatch: '*' as const };
  try {
    await storage.write(collectionPrefix + POINTER_KEY, encodeJson(pointer), condition);
    return pointer;
  } catch (error) {
    if (!hasCode(error, 'CONDITION_FAILED', 'STORAGE_UNAVAILABLE')) throw error;
    const found = await readPublished(storage, collectionPrefix).catch(() => undefined);
    if (found?.pointer.writer === writer) return found.pointer;
    if (error.code === 'STORAGE_UNAVAILABLE') throw error;
    throw conflict(version, found?.pointer, error);
  }
}

/**
 * Publishes the previously published version again; a second rollback undoes the first.
 * @throws NO_INDEX if there is no previous version; PUBLISH_CONFLICT if another publisher was faster
 */
export async function rollBack(
  storage: ObjectStorage,
  collectionPrefix: string,
  options: PublishOptions,
  openingOf: (version: PublishedVersion) => Promise<string | undefined> = async () => undefined,
): Promise<PublishedPointer> {
  const current =
    options.expected === undefined
      ? await readPublished(storage, collectionPrefix, options.signing)
      : options.expected;
  const previous = current?.pointer.previous;
  if (!current || previous === undefined) {
    throw new SragError('NO_INDEX', 'There is no version to roll back to: at most one was ever published.', {
      remedy: 'See srag index list, and publish one with srag index publish VERSION.',
    });
  }
  const opening = await openingOf(previous);
  return publishVersion(storage, collectionPrefix, previous, { ...options, opening, expected: current });
}

function conflict(wanted: string, found: PublishedPointer | undefined, cause: unknown): SragError {
  const instead =
    found === undefined
      ? 'the pointer was removed'
      : `${found.version} was published (generation ${found.generation})`;
  return new SragError('PUBLISH_CONFLICT', `${wanted} was not published: meanwhile ${instead}.`, {
    remedy: 'Check the published version (srag index list), then publish again if you still want to.',
    fields: { wanted, published: found?.version, generation: found?.generation },
    cause,
  });
}
