import { type CollectionSettings, SragError, type StorageUse } from '../../core/index.ts';
import type { Prefetch } from '../../indexes/index.ts';
import type { Embedder } from '../../models/embedders/index.ts';
import type { Reranker } from '../../models/rerankers/index.ts';
import { Retriever } from '../../query/retrieval/index.ts';
import type { Engine, OpenedIndex, Warn } from './engine.ts';
import { closeLater } from './linger.ts';

/** A collection's index with all that answers from it. */
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

/** Indexes open at once; the one not asked for longest is closed. */
const MOST_OPEN = 8;

/** A collection that is open, or being opened. */
interface Entry {
  readonly opened: Promise<OpenedCollection>;
  /** Tells the index what the first search reads; who says it first is heard. */
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
   * An opened collection. What failed to open is tried again by the next request.
   * @param prefetch What the request reads; undefined where only the collection tells.
   */
  of(collection: string, index: string | undefined, prefetch?: Prefetch): Promise<OpenedCollection> {
    const key = `${collection} ${index ?? ''}`;
    const known = this.#entries.get(key);
    const entry = known ?? this.#open(collection, index);
    if (prefetch !== undefined) entry.reads(prefetch);
    // The newest are last.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (known === undefined) {
      // What cannot be opened takes nobody's place; who asked for it is told by its own request.
      const drop = () => this.#drop(key, entry);
      // First of all that wait for it: whoever is told of the failure may ask again at once.
      entry.opened.catch(drop);
      entry.opened
        .then(({ index }) => index())
        .then(() => this.#makeRoom())
        .catch(drop);
    }
    return entry.opened;
  }

  /** What was read to open collections since it was asked last: for the request that comes next, as its index is. */
  takeOpeningUse(): readonly StorageUse[] {
    const taken = this.#openingUse;
    this.#openingUse = [];
    return taken;
  }

  /** Forgets an index that turned out to be gone, so that the next request looks again. */
  forget(collection: string, index: string | undefined): void {
    this.#letGo(`${collection} ${index ?? ''}`);
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
    // The index opens while the settings are read and the embedder is made; its failure is told when it is asked.
    open().catch(() => {});
    const settings = await engine.collection(collection, (use) => void this.#openingUse.push(use));
    const embedder = await embedderOf(settings).catch((error: unknown) => {
      // A collection without vectors here needs no embedder; one with them says so when vectors are asked for.
      if (error instanceof SragError && error.code === 'MISSING_PACKAGE') return undefined;
      throw error;
    });
    // Where no request has told, mode `auto` is decided by what was read just now.
    reads(settings.dimensions > 0 && embedder?.semantic === true ? 'hybrid' : 'lexical');
    // Opened for all requests: no single one may cancel it.
    const retriever = new Retriever({
      collection: settings,
      embedder,
      reranker: await reranker(),
      openSearcher: open,
    });
    return { settings, embedder, retriever, index: open };
  }

  /** Forgets an entry that did not open, unless another has taken its place. */
  #drop(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  #makeRoom(): void {
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MOST_OPEN && oldest !== undefined) this.#letGo(oldest);
  }

  #letGo(key: string): void {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (entry !== undefined) closeLater(async () => (await entry.opened).retriever.close());
  }
}
