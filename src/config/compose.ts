import { catalogueEngine, RagService, type RagServiceParts } from '../api/service/index.ts';
import { type CollectionSettings, collectionPrefix, SragError } from '../core/index.ts';
import {
  type CorpusStore,
  type EmbedderSettings,
  readEmbedderSettings,
  requireCollection,
} from '../corpus/index.ts';
import { openLanceCorpus } from '../corpus/lancedb/store.ts';
import { MemoryCorpus } from '../corpus/memory/store.ts';
import {
  IndexCatalogue,
  type IndexManifest,
  type IndexServers,
  type Searcher,
  type SigningKeySource,
} from '../indexes/index.ts';
import { type ObjectStorage, openStorage, parseLocation, type StoragePlace } from '../io/storage/index.ts';
import {
  checkEmbedderName,
  createEmbedder,
  type Embedder,
  embedderOf,
  matchingEmbedder,
} from '../models/embedders/index.ts';
import { createGenerator, type Generator } from '../models/generators/index.ts';
import { createReranker, type Reranker } from '../models/rerankers/index.ts';
import { Retriever } from '../query/retrieval/index.ts';
import { type Environment, s3Settings } from './environment.ts';
import type { LoadedConfig } from './load.ts';
import { signingKeyOf } from './signing.ts';

/** The caller's own components, used instead of the configured adapters. */
export interface OwnParts {
  readonly embedder?: Embedder | undefined;
  readonly generator?: Generator | undefined;
  readonly reranker?: Reranker | undefined;
  /** Called with problems that do not make an operation fail; default `process.emitWarning`. */
  readonly warn?: (message: string) => void;
}

/** The composition root: a location with its configuration. Close it when done. */
export class Workspace {
  readonly loaded: LoadedConfig;
  readonly storage: ObjectStorage;
  readonly place: StoragePlace;
  readonly servers: IndexServers;
  readonly #signing: SigningKeySource | undefined;
  readonly #own: OwnParts;
  readonly #closers: (() => Promise<void>)[];

  private constructor(
    loaded: LoadedConfig,
    { storage, place, servers }: Pick<Workspace, 'storage' | 'place' | 'servers'>,
    signing: SigningKeySource | undefined,
    own: OwnParts,
    closers: (() => Promise<void>)[] = [],
  ) {
    this.loaded = loaded;
    this.storage = storage;
    this.place = place;
    this.servers = servers;
    this.#signing = signing;
    this.#own = own;
    this.#closers = closers;
  }

  static async open(
    loaded: LoadedConfig,
    environment: Environment,
    cwd: string,
    own: OwnParts = {},
  ): Promise<Workspace> {
    const location = parseLocation(loaded.config.location, cwd);
    const s3 = s3Settings(loaded.config.s3, environment);
    const signing = signingKeyOf(loaded.config.signing, environment, cwd);
    const storage = await openStorage(location, s3);
    const place = location.kind === 's3' ? { location, s3 } : { location };
    const { region, credentials } = s3Settings({}, environment);
    const { opensearch, s3Vectors } = loaded.config;
    const servers = { settings: { opensearch, 's3-vectors': s3Vectors }, aws: { region, credentials } };
    return new Workspace(loaded, { storage, place, servers }, signing, own);
  }

  get config() {
    return this.loaded.config;
  }

  /** Whether index versions are signed; if so, unsigned versions are refused. */
  get isSigning(): boolean {
    return this.#signing !== undefined;
  }

  /**
   * A workspace with the same location and configuration for another collection. Closing either workspace
   * also closes what the other one has opened.
   */
  of(collection: string): Workspace {
    const loaded = { ...this.loaded, config: { ...this.config, collection } };
    return new Workspace(loaded, this, this.#signing, this.#own, this.#closers);
  }

  /** Settings of the configured collection, which must exist. @throws UNKNOWN_COLLECTION */
  collection(): Promise<CollectionSettings> {
    return requireCollection(this.storage, this.config.collection);
  }

  /** The corpus of a collection. */
  async corpus(settings: CollectionSettings): Promise<CorpusStore> {
    const prefix = `${collectionPrefix(settings.name)}corpus/`;
    const corpus = await openLanceCorpus({ ...this.place, prefix }, settings);
    this.#closers.push(() => corpus.close());
    return corpus;
  }

  /** The index versions of a collection. */
  catalogue(collection: string): IndexCatalogue {
    const { warn = process.emitWarning } = this.#own;
    const { storage, place, servers } = this;
    return new IndexCatalogue(storage, place, collection, { signing: this.#signing, servers, warn });
  }

  /**
   * Settings of a collection's embedder. If both the embedder's name and its settings are configured, only
   * these settings are used; otherwise the configured settings override the stored ones.
   */
  async embedderSettings(settings: CollectionSettings): Promise<EmbedderSettings> {
    const { embedderSettings } = this.config;
    const { origins } = this.loaded;
    if ('embedder' in origins && 'embedderSettings' in origins) return embedderSettings;
    return { ...(await readEmbedderSettings(this.storage, settings)), ...embedderSettings };
  }

  /** The embedder of a collection; undefined with `none`. */
  async embedder(settings: CollectionSettings): Promise<Embedder | undefined> {
    if (this.#own.embedder !== undefined) return matchingEmbedder(settings, this.#own.embedder);
    return embedderOf(settings, {
      embedder: this.config.embedder,
      embedderSettings: await this.embedderSettings(settings),
      isChosen: 'embedder' in this.loaded.origins,
    });
  }

  /** The embedder of a new collection; undefined with `none`. */
  async newEmbedder(): Promise<Embedder | undefined> {
    return this.#own.embedder ?? createEmbedder(this.config.embedder, this.config.embedderSettings);
  }

  /** Opens an index version, which is closed with the workspace. */
  async searcher(manifest: IndexManifest, signal?: AbortSignal): Promise<Searcher> {
    const searcher = await this.catalogue(manifest.collection.name).open(manifest, signal);
    this.#closers.push(() => searcher.close());
    return searcher;
  }

  /** A retriever over one index version, which is closed with the workspace. */
  async retriever(
    settings: CollectionSettings,
    manifest: IndexManifest,
    options: { readonly needsEmbedder: boolean },
  ): Promise<Retriever> {
    // The name is checked even if no embedder is needed, so that a mistyped name is always an error.
    checkEmbedderName(this.config.embedder);
    const embedder = options.needsEmbedder ? await this.embedder(settings) : undefined;
    const retriever = new Retriever({
      collection: settings,
      embedder,
      reranker: await this.#reranker(),
      openSearcher: (signal) => this.catalogue(settings.name).open(manifest, signal),
    });
    this.#closers.push(() => retriever.close());
    return retriever;
  }

  async generator(): Promise<Generator> {
    return this.#own.generator ?? createGenerator(this.config.generator, this.config.generatorSettings);
  }

  async #reranker(): Promise<Reranker> {
    return this.#own.reranker ?? createReranker(this.config.reranker, this.config.rerankerSettings);
  }

  /** A service that answers every operation of the API in this process; closed with the workspace. */
  service(parts: Pick<RagServiceParts, 'host' | 'switches' | 'costOf' | 'record' | 'warn'>): RagService {
    const { collection, collections, index, mode, answer } = this.config;
    const { topK: answerTopK, rewrite, ...options } = answer;
    let generator: Promise<Generator> | undefined;
    const service = new RagService({
      ...parts,
      engine: catalogueEngine({
        storage: this.storage,
        place: this.place,
        signing: this.#signing,
        servers: this.servers,
      }),
      embedderOf: (settings) => this.embedder(settings),
      reranker: () => this.#reranker(),
      generator: () => {
        generator ??= this.generator();
        return generator;
      },
      defaults: { collection, collections, index, mode, answerTopK, rewrite, answer: options },
    });
    this.#closers.push(() => service.close());
    return service;
  }

  /** Closes everything that was opened, in reverse order. */
  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
    await this.storage.close();
  }
}

/** A corpus in memory, for dry runs. */
export const memoryCorpus = (settings: CollectionSettings): CorpusStore => new MemoryCorpus(settings);

/** @throws INVALID_CONFIG if `overlapTokens` is more than half of `maxTokens` */
export function checkChunker({
  maxTokens,
  overlapTokens,
}: {
  maxTokens: number;
  overlapTokens: number;
}): void {
  if (overlapTokens * 2 <= maxTokens) return;
  throw new SragError(
    'INVALID_CONFIG',
    `chunker.overlapTokens is ${overlapTokens}: more than half of maxTokens (${maxTokens}).`,
    {
      remedy: 'Lower the overlap, or raise maxTokens.',
    },
  );
}
