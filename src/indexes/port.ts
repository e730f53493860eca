import type {
  CollectionSettings,
  Hit,
  Metric,
  SearchQuery,
  SearchResult,
  StorageUse,
} from '../core/index.ts';
import type { CorpusStore } from '../corpus/index.ts';
import type { ObjectStorage, S3Settings, StoragePlace } from '../io/storage/index.ts';
import type { PublishedPointer } from './pointer.ts';
import type { SigningKeySource } from './signing-key.ts';

/** Numeric build or query parameters by name (for example `partitions`, `nprobes`). */
export type IndexParameters = Readonly<Record<string, number>>;

/** Capabilities of an index kind. */
export interface IndexCapabilities {
  /** `exact` always finds the true nearest neighbours; `approximate` trades recall for speed. */
  readonly vectorSearch: 'exact' | 'approximate';
  /** Whether the kind can be built for a collection without vectors. */
  readonly lexicalOnly: boolean;
  /** Minimum number of rows to build the kind. */
  readonly minRows: number;
  /** Metrics of the collections that the kind can be built for. */
  readonly metrics: readonly Metric[];
  readonly filters: boolean;
  /** Whether filters of vector searches may compare strings by `lt`, `lte`, `gt` and `gte`. */
  readonly stringRanges: boolean;
  /** Whether versions of the kind can be signed and are verified when opened. */
  readonly signatures: boolean;
}

/** Share of the true nearest neighbours that an index finds for sampled queries. */
export interface RecallReport {
  readonly queries: number;
  readonly topK: number;
  /** Mean over the queries, 0 to 1. */
  readonly recall: number;
  readonly worst: number;
  readonly minRecall: number;
}

/** Describes one immutable build: everything needed to open it and to explain it. */
export interface IndexManifest {
  readonly formatVersion: 1;
  /** Unique within the collection. */
  readonly version: string;
  readonly kind: string;
  readonly collection: CollectionSettings;
  readonly corpusVersion: number;
  readonly createdAt: string;
  readonly chunks: number;
  readonly buildParameters: IndexParameters;
  readonly queryParameters: IndexParameters;
  readonly build: { readonly durationMs: number; readonly sizeBytes?: number };
  readonly validation?: RecallReport;
}

/** Configuration of index kinds that search on a server. */
export interface IndexServers {
  /** Settings by adapter, for example `opensearch`; the adapter checks them. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Region and credentials of the environment, for servers of AWS. */
  readonly aws?: Pick<S3Settings, 'region' | 'credentials'>;
}

export interface BuildContext {
  readonly corpus: Pick<CorpusStore, 'settings' | 'scan' | 'stats'>;
  readonly storage: ObjectStorage;
  /** The location of `storage`, for engines that do their own I/O. */
  readonly place: StoragePlace;
  /** Key prefix of this version's objects in `storage`, ending in `/`. */
  readonly prefix: string;
  readonly version: string;
  /** Build parameters as set by the user; the build fails with INVALID_ARGUMENT for unknown names. */
  readonly buildParameters: IndexParameters;
  readonly queryParameters: IndexParameters;
  readonly onProgress?: (progress: { stage: string; done: number; total: number }) => void;
  readonly signal?: AbortSignal;
  readonly servers?: IndexServers | undefined;
  /** Signs the version. Only kinds with `capabilities.signatures` support it. */
  readonly signing?: SigningKeySource | undefined;
}

export interface OpenContext {
  readonly storage: Pick<ObjectStorage, 'read'>;
  /** The location of `storage`, for engines that do their own I/O; not needed by kinds on a server. */
  readonly place?: StoragePlace;
  readonly prefix: string;
  readonly servers?: IndexServers | undefined;
  readonly signal?: AbortSignal;
  /**
   * If set, only versions signed with this key are opened. Only kinds with `capabilities.signatures` support
   * it.
   */
  readonly signing?: SigningKeySource | undefined;
}

/** The operations of an opened index version that answering a question needs. */
export interface VersionSearcher {
  readonly manifest: Pick<IndexManifest, 'kind' | 'version'>;
  search(query: SearchQuery): Promise<SearchResult>;
  /** Chunks of one document with ordinals in a range (inclusive), in order; scores are not set. */
  neighbours(documentId: string, from: number, to: number): Promise<readonly Hit[]>;
  /**
   * Chunks by id, in the order of `ids`; unknown ids are left out, scores are not set. `onUsage` receives the storage
   * use if the kind counts it.
   */
  chunks(
    ids: readonly string[],
    signal?: AbortSignal,
    onUsage?: (use: StorageUse) => void,
  ): Promise<readonly Hit[]>;
}

/** An opened index version. */
export interface Searcher extends VersionSearcher {
  readonly manifest: IndexManifest;
  /** How many of these chunks the index contains. */
  count(ids: readonly string[]): Promise<number>;
  /** What `srag index stats` prints: the bytes of each section, the settings and the query plan. */
  describe(): Promise<Readonly<Record<string, string | number>>>;
  close(): Promise<void>;
}

/** An index kind: builds versions from a corpus and opens them. */
export interface IndexBackend {
  readonly kind: string;
  readonly capabilities: IndexCapabilities;
  /** Parameters with their bounds, defaults by corpus size, and effects of too high and too low values. */
  readonly parameters: readonly ParameterDescription[];
  build(context: BuildContext): Promise<IndexManifest>;
  open(manifest: IndexManifest, context: OpenContext): Promise<Searcher>;
  /** Connects to the configured server and returns what it is, for example its version. */
  readonly check?: (servers: IndexServers) => Promise<string>;
  /** Deletes what a version, complete or not, has outside the storage. */
  readonly remove?: (context: Omit<OpenContext, 'signing'>) => Promise<void>;
  /** Bytes of a version to embed in the pointer at publication; they save one read at opening. */
  readonly opening?: (storage: ObjectStorage, prefix: string) => Promise<Uint8Array | undefined>;
  /** Optional, best-effort work that is done after a publication and makes opening the version faster. */
  readonly afterPublish?: (
    storage: ObjectStorage,
    collectionPrefix: string,
    versionPrefix: string,
    pointer: PublishedPointer,
  ) => Promise<void>;
}

export interface ParameterDescription {
  readonly name: string;
  readonly stage: 'build' | 'query';
  readonly min: number;
  readonly max: number;
  /** What the parameter does, and the effects of too high and too low values. */
  readonly description: string;
  readonly defaultFor: (rows: number, dimensions: number) => number;
}
