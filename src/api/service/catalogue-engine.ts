import { hasCode, parseIndexSelector } from '../../core/index.ts';
import {
  type CacheOptions,
  FollowedVersion,
  IndexCatalogue,
  type IndexManifest,
  type IndexServers,
  type SigningKeySource,
} from '../../indexes/index.ts';
import type { ObjectStorage, StoragePlace } from '../../io/storage/index.ts';
import type { Engine, OpenedIndex } from './engine.ts';
import { followedIndex, warnNotFollowed } from './followed-index.ts';
import { unknownVersion } from './not-found.ts';
import { snapshotEngine } from './snapshot-engine.ts';

/** Options of {@link catalogueEngine}. */
export interface CatalogueEngineOptions {
  readonly storage: ObjectStorage;
  readonly place: StoragePlace;
  readonly cache?: CacheOptions | undefined;
  readonly servers?: IndexServers | undefined;
  /** If given, only indexes signed with this key are opened. */
  readonly signing?: SigningKeySource | undefined;
}

/** Opens indexes of every kind: snapshots like {@link snapshotEngine}, the others through their own libraries. */
export function catalogueEngine(options: CatalogueEngineOptions): Engine {
  const { storage, place, signing, servers } = options;
  const snapshots = snapshotEngine(options);
  return {
    collection: (name) => snapshots.collection(name),
    embedderSettings: (collection) => snapshots.embedderSettings(collection),
    async open(choice): Promise<OpenedIndex> {
      const { collection, index } = choice;
      const catalogue = new IndexCatalogue(storage, place, collection, { signing, servers });
      const find = (selector: string): Promise<IndexManifest> =>
        catalogue.find(selector).catch((error: unknown) => {
          const { kind, version = 'published' } = parseIndexSelector(selector);
          throw hasCode(error, 'UNKNOWN_INDEX_VERSION') ? unknownVersion(kind, version) : error;
        });
      const open = async (kind: string, version: string, known?: IndexManifest): Promise<OpenedIndex> => {
        const selector = `${kind}@${version}`;
        // A snapshot is self-describing, so its manifest need not be read.
        if (kind === 'snapshot') return snapshots.open({ ...choice, index: selector });
        return catalogue.open(known ?? (await find(selector)));
      };
      if (index !== undefined) {
        const manifest = await find(index);
        return open(manifest.kind, manifest.version, manifest);
      }
      // If nothing is published, `find` throws NO_INDEX.
      const published = async () => (await catalogue.published()) ?? catalogue.find();
      const first = await published();
      const versions = new FollowedVersion(await open(first.kind, first.version), {
        next: async ({ manifest }) => {
          const { kind, version } = await published();
          const isOpen = kind === manifest.kind && version === manifest.version;
          return isOpen ? undefined : open(kind, version);
        },
        closerOf: (index) => () => index.close(),
        onFailure: warnNotFollowed(choice.warn),
      });
      return followedIndex(versions, (signal) => versions.opened.hydrate?.(signal) ?? Promise.resolve());
    },
    close: () => snapshots.close(),
  };
}
