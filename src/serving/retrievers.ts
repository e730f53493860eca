import { type CollectionSettings, SragError, type StorageUse } from '../core/index.ts';
import type { Embedder } from '../embedders/index.ts';
import type { Prefetch } from '../indexes/index.ts';
import type { Reranker } from '../rerankers/index.ts';
import { Retriever } from '../retrieval/index.ts';
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
  /** Undefined where the mode is `auto`. */
  readonly prefetch: Prefetch | undefined;
  readonly embedderOf: (collection: CollectionSettings) => Promise<Embedder | undefined>;
  readonly reranker: () => Promise<Reranker>;
  readonly warn: Warn | undefined;
}

/** Indexes open at once; the one not asked for longest is closed. */
const MOST_OPEN = 8;

/** The opened indexes of a service, by collection and choice of index. */
export class Retrievers {
  readonly #parts: RetrieversParts;
  readonly #opened = new Map<string, Promise<OpenedCollection>>();
  #openingUse: StorageUse[] = [];

  constructor(parts: RetrieversParts) {
    this.#parts = parts;
  }

  /** An opened collection. What failed to open is tried again by the next request. */
  of(collection: string, index: string | undefined): Promise<OpenedCollection> {
    const key = `${collection} ${index ?? ''}`;
    const known = this.#opened.get(key);
    if (known !== undefined) {
      // The newest are last.
      this.#opened.delete(key);
      this.#opened.set(key, known);
      return known;
    }
    const opened = this.#open(collection, index).catch((error: unknown) => {
      this.#drop(key, opened);
      throw error;
    });
    this.#opened.set(key, opened);
    opened
      .then(({ index }) => index())
      .then(() => this.#makeRoom())
      // What cannot be opened takes nobody's place; who asked for it is told by its own request.
      .catch(() => this.#drop(key, opened));
    return opened;
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
    const opened = [...this.#opened.values()];
    this.#opened.clear();
    await Promise.allSettled(opened.map(async (each) => (await each).retriever.close()));
  }

  async #open(collection: string, index: string | undefined): Promise<OpenedCollection> {
    const { engine, prefetch, embedderOf, reranker, warn } = this.#parts;
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
    // Mode `auto` is decided by what was read just now.
    if (prefetch === undefined) {
      const mode = settings.dimensions > 0 && embedder?.semantic === true ? 'hybrid' : 'lexical';
      open().then(
        (opened) => opened.prefetch?.(mode),
        () => {},
      );
    }
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
  #drop(key: string, opened: Promise<OpenedCollection>): void {
    if (this.#opened.get(key) === opened) this.#opened.delete(key);
  }

  #makeRoom(): void {
    const [oldest] = this.#opened.keys();
    if (this.#opened.size > MOST_OPEN && oldest !== undefined) this.#letGo(oldest);
  }

  #letGo(key: string): void {
    const opened = this.#opened.get(key);
    this.#opened.delete(key);
    if (opened !== undefined) closeLater(async () => (await opened).retriever.close());
  }
}
