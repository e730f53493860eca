import type { ObjectStorage } from '../io/storage/index.ts';
import { versionPrefix } from './pointer.ts';
import type { OpenContext } from './port.ts';
import { indexBackend, SERVER_ADAPTERS } from './registry.ts';
import { allVersionIds, deleteManifest, deleteObjects } from './versions.ts';

/** The versions of one collection, as their deletion needs them. */
export interface DeletionContext extends Omit<OpenContext, 'prefix' | 'storage'> {
  readonly storage: ObjectStorage;
  readonly collectionPrefix: string;
}

/**
 * Deletes a version: first its manifest, so that no partially deleted version is ever listed. Without `kind`, which
 * the remains of a killed build do not tell, every adapter with a server is asked.
 */
export async function deleteVersion(
  context: DeletionContext,
  { version, kind }: { readonly version: string; readonly kind?: string | undefined },
): Promise<void> {
  const { storage, collectionPrefix } = context;
  await deleteManifest(storage, collectionPrefix, version);
  await removeFromServers(context, version, kind === undefined ? undefined : [kind]);
  await deleteObjects(storage, collectionPrefix, version);
}

/** Deletes several versions. One whose server fails does not prevent the deletion of others. @throws the first failure */
export async function deleteVersions(
  context: DeletionContext,
  versions: readonly { readonly version: string; readonly kind?: string | undefined }[],
): Promise<void> {
  const failures: unknown[] = [];
  for (const version of versions)
    await deleteVersion(context, version).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/** Deletes what all versions of the collection have on servers. */
export async function deleteFromServers(context: DeletionContext): Promise<void> {
  const { storage, collectionPrefix } = context;
  for (const version of await allVersionIds(storage, collectionPrefix))
    await removeFromServers(context, version);
}

async function removeFromServers(
  { collectionPrefix, ...context }: DeletionContext,
  version: string,
  kinds: readonly string[] = SERVER_ADAPTERS.map(({ kind }) => kind),
): Promise<void> {
  const prefix = versionPrefix(collectionPrefix, version);
  for (const kind of kinds) await (await indexBackend(kind)).remove?.({ ...context, prefix });
}
