import { requireCollection } from '../corpus/index.ts';
import { type CacheOptions, IndexCatalogue } from '../indexes/index.ts';
import type { ObjectStorage, StoragePlace } from '../storage/index.ts';
import type { Engine, OpenedIndex } from './engine.ts';
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
      const isPublished = index === undefined;
      const manifest = await catalogue.find(index);
      if (manifest.kind !== 'snapshot') return catalogue.open(manifest);
      // Without a choice, what is published may change while it serves: the searcher follows it.
      const version = isPublished ? {} : { index: `${manifest.kind}@${manifest.version}` };
      return snapshots.open({ ...choice, ...version });
    },
    close: () => snapshots.close(),
  };
}
