import type { ObjectFolder } from './file/folder.ts';
import type { Location, S3Settings } from './location.ts';
import type { ObjectStorage } from './port.ts';

/** Storage kinds; each is implemented in the folder of that name. */
export const STORAGES = {
  file: async (location: Location & { kind: 'file' }): Promise<ObjectStorage> =>
    new (await import('./file/storage.ts')).FileStorage(location.path),
  s3: async (location: Location & { kind: 's3' }, settings: S3Settings): Promise<ObjectStorage> =>
    (await import('./s3/storage.ts')).S3Storage.open(location, settings),
} as const;

/**
 * Opens the storage of a location; nothing is created or requested before the first call.
 * @throws MISSING_PACKAGE for an S3 location without the AWS SDK.
 */
export function openStorage(location: Location, settings: S3Settings = {}): Promise<ObjectStorage> {
  return location.kind === 'file' ? STORAGES.file(location) : STORAGES.s3(location, settings);
}

/** Opens a folder of objects to serve them in pieces, with the semantics of the `file` storage. */
export const openObjectFolder = async (path: string): Promise<ObjectFolder> =>
  new (await import('./file/folder.ts')).ObjectFolder(path);
