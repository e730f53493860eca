import { type CollectionSettings, closeLater, type StorageUse, undefinedIf } from '../../core/index.ts';
import type { Prefetch } from '../../indexes/index.ts';
import type { Embedder } from '../../models/embedders/index.ts';
import type { Reranker } from '../../models/rerankers/index.ts';
import { Retriever } from '../../query/retrieval/index.ts';
import type { Engine, OpenedIndex, Warn } from './engine.ts';

/** A collection with everything that its searches need. */
export interface OpenedCollection {
  readonly settings: CollectionSettings;
  readonly embedder: Embedder | undefined;
  readonly retriever: Retriever;
  /** The index, opened or being opened. */
  index(): Promise<OpenedIndex>;
}

export interface RetrieversParts {
  readonly engine: Engine;
  readonly embedderOf: (collection: CollectionSettings) => Promise<Embedder | undefined>;
  readonly reranker: () => Promise<Reranker>;
  readonly warn: Warn | undefined;
}

/** Maximum number of open indexes; the least recently used one is closed. */
const MAX_OPEN = 8;

/** A collection that is open, or being opened. */
interface Entry {
  readonly opened: Promise<OpenedCollection>;
  /** Tells the index which parts the first search reads. Only the first call has an effect. */
  readonly reads: (prefetch: Prefetch) => void;
}

/** The opened indexes of a service, by collection and choice of index. */
export class Retrievers {
  readonly #parts: RetrieversParts;
  readonly #entries = new Map<string, Entry>();
  #openingUse: StorageUse[] = [];

  constructor(parts: RetrieversParts) {
    this.#parts = parts;
  }

  /**
   * Returns an opened collection. A collection that failed to open is retried by the next request.
   * @param prefetch The parts of the index that the request reads; undefined if they depend on the
   * collection.
   */
  of(collection: string, index: string | undefined, prefetch?: Prefetch): Promise<OpenedCollection> {
    const key = `${collection} ${index ?? ''}`;
    const known = this.#entries.get(key);
    const entry = known ?? this.#open(collection, index);
    if (prefetch !== undefined) entry.reads(prefetch);
    // Most recently used last.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (known === undefined) {
      // A collection that cannot be opened does not occupy a slot; each waiting request receives the error.
      const drop = () => this.#drop(key, entry);
      // Registered before other handlers: a caller that receives the failure may retry immediately.
      entry.opened.catch(drop);
      entry.opened
        .then(({ index }) => index())
        .then(() => this.#evictOldest())
        .catch(drop);
    }
    return entry.opened;
  }

  /** Returns the storage use of opening collections since the last call; the next request reports it. */
  drainOpeningUse(): readonly StorageUse[] {
    const taken = this.#openingUse;
    this.#openingUse = [];
    return taken;
  }

  /** Forgets an index that is gone, so that the next request opens it again. */
  forget(collection: string, index: string | undefined): void {
    this.#evict(`${collection} ${index ?? ''}`);
  }

  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.allSettled(entries.map(async ({ opened }) => (await opened).retriever.close()));
  }

  #open(collection: string, index: string | undefined): Entry {
    const { promise: prefetch, resolve: reads } = Promise.withResolvers<Prefetch>();
    return { opened: this.#opened(collection, index, prefetch, reads), reads };
  }

  async #opened(
    collection: string,
    index: string | undefined,
    prefetch: Promise<Prefetch>,
    reads: Entry['reads'],
  ): Promise<OpenedCollection> {
    const { engine, embedderOf, reranker, warn } = this.#parts;
    let opening: Promise<OpenedIndex> | undefined;
    const open = (): Promise<OpenedIndex> => {
      opening ??= engine.open({ collection, index, prefetch, warn }).catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    };
    // The index opens while settings and embedder are prepared. Its error is thrown when it is first used.
    open().catch(() => {});
    const settings = await engine.collection(collection, (use) => void this.#openingUse.push(use));
    // Without the embedder's package, only those requests fail that need vectors.
    const embedder = await embedderOf(settings).catch(undefinedIf('MISSING_PACKAGE'));
    // The settings decide what mode `auto` prefetches, unless a request has already decided this.
    reads(settings.dimensions > 0 && embedder?.semantic === true ? 'hybrid' : 'lexical');
    // All requests share the retriever, so no single request can cancel the opening of its index.
    const retriever = new Retriever({
      collection: settings,
      embedder,
      reranker: await reranker(),
      openSearcher: open,
    });
    return { settings, embedder, retriever, index: open };
  }

  /** Removes an entry that failed to open, unless it was replaced. */
  #drop(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  #evictOldest(): void {
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_OPEN && oldest !== undefined) this.#evict(oldest);
  }

  #evict(key: string): void {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (entry !== undefined) closeLater(async () => (await entry.opened).retriever.close());
  }
}
