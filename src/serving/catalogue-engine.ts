import { requireCollection } from '../corpus/index.ts';
import { type CacheOptions, IndexCatalogue } from '../indexes/index.ts';
import type { ObjectStorage, StoragePlace } from '../storage/index.ts';
import type { Engine, OpenedIndex } from './engine.ts';
import { FollowedIndex } from './followed-index.ts';
import { snapshotEngine } from './snapshot-engine.ts';

/** How every kind of index is opened. */
export interface CatalogueEngineOptions {
  readonly storage: ObjectStorage;
  readonly place: StoragePlace;
  readonly cache?: CacheOptions | undefined;
}

/** Opens indexes of every kind: snapshots as the small functions do, the others through their own libraries. */
export function catalogueEngine(options: CatalogueEngineOptions): Engine {
  const { storage, place } = options;
  const snapshots = snapshotEngine(options);
  return {
    collection: (name) => requireCollection(storage, name),
    async open(choice): Promise<OpenedIndex> {
      const { collection, index } = choice;
      const catalogue = new IndexCatalogue(storage, place, collection);
      const open = async (selector: string | undefined): Promise<OpenedIndex> => {
        const manifest = await catalogue.find(selector);
        return manifest.kind === 'snapshot'
          ? snapshots.open({ ...choice, index: `${manifest.kind}@${manifest.version}` })
          : catalogue.open(manifest);
      };
      if (index !== undefined) return open(index);
      return FollowedIndex.open({
        published: () => catalogue.find(),
        open: ({ kind, version }) => open(`${kind}@${version}`),
        warn: choice.warn,
      });
    },
    close: () => snapshots.close(),
  };
}
