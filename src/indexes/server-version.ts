import { collectionPrefix, SragError } from '../core/index.ts';
import { versionPrefix } from './pointer.ts';
import type { IndexBackend, IndexServers, OpenContext, Searcher } from './port.ts';
import { readPublished } from './publish.ts';
import { indexBackend } from './registry.ts';
import type { SigningKeySource } from './signing-key.ts';
import { findManifest } from './versions.ts';

/** Where versions are found. The storage is only read, so a function needs no other permission. */
export interface ServerVersionSource {
  readonly storage: OpenContext['storage'];
  readonly collection: string;
  readonly servers: IndexServers | undefined;
  readonly signing: SigningKeySource | undefined;
}

/** The published version of a kind whose indexes are on a server. @throws NO_INDEX if another kind is published */
export async function publishedServerVersion(kind: string, source: ServerVersionSource): Promise<string> {
  const prefix = collectionPrefix(source.collection);
  const pointer = (await readPublished(source.storage, prefix, source.signing))?.pointer;
  if (pointer?.kind === kind) return pointer.version;
  throw new SragError(
    'NO_INDEX',
    pointer === undefined
      ? `Collection '${source.collection}' has no published index.`
      : `The published index is of kind ${pointer.kind}, not ${kind}.`,
    {
      remedy: `Publish one, srag index build ${kind}, or name a version: ${kind}@VERSION.`,
      fields: { kind, published: pointer?.kind },
    },
  );
}

/** Opens a version of a kind whose indexes are on a server; undefined if there is none. Loads the adapter. */
export async function openServerVersion(
  kind: string,
  version: string,
  source: ServerVersionSource,
): Promise<Searcher | undefined> {
  const backend = await indexBackend(kind);
  checkSignable(backend, source.signing);
  const collection = collectionPrefix(source.collection);
  const manifest = await findManifest(source.storage, collection, version);
  if (manifest?.kind !== kind) return undefined;
  return backend.open(manifest, { ...source, prefix: versionPrefix(collection, version) });
}

/** Checks that a kind supports signing if a key is configured. @throws UNSUPPORTED */
export function checkSignable(
  { kind, capabilities }: IndexBackend,
  signing: SigningKeySource | undefined,
): void {
  if (signing === undefined || capabilities.signatures) return;
  throw new SragError(
    'UNSUPPORTED',
    `Versions of ${kind} cannot be signed, and a signing key is configured.`,
    { remedy: 'Build a snapshot, or remove the signing key.', fields: { kind } },
  );
}
