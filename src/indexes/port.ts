import type { CollectionSettings, Hit, SearchQuery, SearchResult } from '../core/index.ts';
import type { CorpusStore } from '../corpus/index.ts';
import type { ObjectStorage, StoragePlace } from '../io/storage/index.ts';
import type { PublishedPointer } from './pointer.ts';
import type { SigningKeySource } from './signing-key.ts';

/** Numbers that decide how an index is built or asked, by name (for example `partitions`, `nprobes`). */
export type IndexParameters = Readonly<Record<string, number>>;

/** What an index kind can do, as data. */
export interface IndexCapabilities {
  /** `exact` finds the true nearest; `approximate` trades recall for speed. */
  readonly vectorSearch: 'exact' | 'approximate';
  /** Whether it can be built for a collection without vectors. */
  readonly lexicalOnly: boolean;
  /** Fewest rows it is built for. */
  readonly minRows: number;
  readonly filters: boolean;
  /** Whether its versions can be signed, and are checked by what opens them. */
  readonly signatures: boolean;
}

/** Share of the true nearest that an index finds on sampled queries. */
export interface RecallReport {
  readonly queries: number;
  readonly topK: number;
  /** Mean over the queries, 0 to 1. */
  readonly recall: number;
  readonly worst: number;
  readonly minRecall: number;
}

/** An immutable build: everything needed to open it and to explain it. */
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

export interface BuildContext {
  readonly corpus: CorpusStore;
  readonly storage: ObjectStorage;
  /** The same place, for engines that do their own input and output. */
  readonly place: StoragePlace;
  /** Key prefix of this version's objects in `storage`, ending in `/`. */
  readonly prefix: string;
  readonly version: string;
  /** As the user gave them; unknown names are INVALID_ARGUMENT. */
  readonly buildParameters: IndexParameters;
  readonly queryParameters: IndexParameters;
  readonly onProgress?: (progress: { stage: string; done: number; total: number }) => void;
  readonly signal?: AbortSignal;
  /** Signs the version; only for kinds that can. */
  readonly signing?: SigningKeySource | undefined;
}

export interface OpenContext {
  readonly storage: ObjectStorage;
  readonly place: StoragePlace;
  readonly prefix: string;
  readonly signal?: AbortSignal;
  /** Opens versions alone that are signed with this key; only for kinds that can. */
  readonly signing?: SigningKeySource | undefined;
}

/** An opened index version. */
export interface Searcher {
  readonly manifest: IndexManifest;
  search(query: SearchQuery): Promise<SearchResult>;
  /** Chunks of one document whose ordinals lie in a range (both ends included), in order; scores are not set. */
  neighbours(documentId: string, from: number, to: number): Promise<readonly Hit[]>;
  /** Chunks by id, in the order of `ids`; unknown ids are left out, scores are not set. */
  chunks(ids: readonly string[]): Promise<readonly Hit[]>;
  /** How many of these chunks the index holds. */
  count(ids: readonly string[]): Promise<number>;
  /** Bytes by section, settings, the plan it runs: what `srag index stats` prints. */
  describe(): Promise<Readonly<Record<string, string | number>>>;
  close(): Promise<void>;
}

/** A kind of index: builds versions from a corpus and opens them. */
export interface IndexBackend {
  readonly kind: string;
  readonly capabilities: IndexCapabilities;
  /** Parameters with their defaults by corpus size, their bounds, and what too high and too low do. */
  readonly parameters: readonly ParameterDescription[];
  build(context: BuildContext): Promise<IndexManifest>;
  open(manifest: IndexManifest, context: OpenContext): Promise<Searcher>;
  /** Bytes of a version that belong into the pointer when it is published, so that opening it takes one read less. */
  readonly opening?: (storage: ObjectStorage, prefix: string) => Promise<Uint8Array | undefined>;
  /** Work after a publication that makes opening it faster, and may be missing. */
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
  /** What it does, and what too high and too low cost. */
  readonly description: string;
  readonly defaultFor: (rows: number, dimensions: number) => number;
}
