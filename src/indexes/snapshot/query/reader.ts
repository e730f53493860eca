import {
  type Hit,
  hasCode,
  type SearchQuery,
  type SearchResult,
  type StorageUse,
} from '../../../core/index.ts';
import { resolveParameters } from '../../parameters.ts';
import type { SnapshotHeader, SnapshotOpening } from '../format/opening.ts';
import { PARAMETERS } from '../parameters.ts';
import { FolderCache } from '../reading/folder-cache.ts';
import { ReadMeter } from '../reading/read-meter.ts';
import { SearchMemory } from '../reading/search-memory.ts';
import type { ReadContext } from '../reading/section-reader.ts';
import { describeSnapshot } from './describe.ts';
import { fillFolder, type HydrationReport } from './hydrate.ts';
import { OpenedSnapshot, type VersionSource } from './opened.ts';
import { assembleParts, type SnapshotParts } from './parts.ts';
import type { ColdCopy, Prefetch, ReaderOptions } from './reader-options.ts';
import { searchSnapshot } from './search.ts';

const DEFAULT_FOLDER_BYTES = 512 * 2 ** 20;
const DEFAULT_MEMORY_BYTES = 64 * 2 ** 20;
const KIND = 'snapshot';
const FETCH_REQUESTS = 8;

/** One opened index version: searches, reads chunks by id, fills its caches and describes itself. */
export class SnapshotReader {
  readonly #opening: SnapshotOpening;
  readonly #source: VersionSource;
  readonly #opened: OpenedSnapshot;
  #parts: SnapshotParts;
  /** Counts the reads that opened the index, so that the first search's trace covers the whole cold start. */
  #openMeter: ReadMeter | undefined;

  constructor(opening: SnapshotOpening, source: VersionSource, options: ReaderOptions, meter: ReadMeter) {
    this.#opening = opening;
    this.#source = source;
    const { buildId, sections } = opening.header;
    const {
      memoryBytes = DEFAULT_MEMORY_BYTES,
      folderBytes = DEFAULT_FOLDER_BYTES,
      ...cache
    } = options.cache ?? {};
    const folder =
      cache.folder === undefined
        ? undefined
        : new FolderCache({ folder: cache.folder, sizeBytes: folderBytes }, buildId, sections);
    const limits = { memoryBytes };
    this.#opened = new OpenedSnapshot(opening, source, folder, limits);
    this.#parts = assembleParts(this.#opened);
    this.#openMeter = meter;
  }

  get header(): SnapshotHeader {
    return this.#opening.header;
  }

  /** Loads sections from `copy` once it has arrived; `undefined` means that the copy is of another version. */
  prefetchFrom(copy: Promise<ColdCopy | undefined>): void {
    const context = { meter: this.#openMeter ?? new ReadMeter(), memory: new SearchMemory() };
    const { directory, vector } = this.#parts;
    const part = (name: 'directory' | 'scanned') => copy.then((found) => found?.[name]);
    const prefetches = [
      directory.loadFrom(part('directory'), context),
      vector?.loadFrom(part('scanned'), context),
    ];
    Promise.all(prefetches)
      .then(() => copy)
      .then((taken) => taken?.release?.())
      .catch(() => {});
  }

  /** Starts reading the data of the first search; that search reports any failure. */
  prefetch(mode: Prefetch): void {
    const context = { meter: this.#openMeter ?? new ReadMeter(), memory: new SearchMemory() };
    const { directory, vector, lexical } = this.#parts;
    const prefetches: (Promise<unknown> | undefined)[] = [directory.prefetch(context)];
    if (mode !== 'lexical') prefetches.push(vector?.prefetch(context));
    if (mode !== 'vector') prefetches.push(lexical?.prefetch(context));
    Promise.all(prefetches)
      .catch(() => {})
      .finally(() => context.memory.giveBack());
  }

  async search(query: SearchQuery): Promise<SearchResult> {
    const parameters = this.#parameters(query);
    return this.#trusting(query.signal, (context) =>
      searchSnapshot(this.#opened, this.#parts, query, parameters, context),
    );
  }

  /**
   * Chunks by id, in the order of `ids`; unknown ids are left out, scores are not set. `onUsage` receives the
   * storage use.
   */
  async chunks(
    ids: readonly string[],
    signal?: AbortSignal,
    onUsage?: (use: StorageUse) => void,
  ): Promise<Hit[]> {
    const meter = this.#takeMeter();
    const read = async (context: ReadContext): Promise<Hit[]> => {
      this.#prefetchPlaces(context);
      const entries = await this.#parts.ids.find(ids, context);
      const hits = await this.#hits(
        entries.flat().map(({ row }) => row),
        context,
      );
      const byId = new Map(hits.map((hit) => [hit.id, hit]));
      return ids.flatMap((id) => byId.get(id) ?? []);
    };
    const found = await this.#trusting(signal, read, meter);
    onUsage?.(meter.use);
    return found;
  }

  /** How many of these chunks the index contains. */
  async count(ids: readonly string[], signal?: AbortSignal): Promise<number> {
    const entries = await this.#trusting(signal, (context) => this.#parts.ids.find(ids, context));
    return entries.filter((found) => found.length > 0).length;
  }

  /** Chunks of one document with ordinals in a range (inclusive), in order. */
  async neighbours(documentId: string, from: number, to: number, signal?: AbortSignal): Promise<Hit[]> {
    return this.#trusting(signal, async (context) => {
      this.#prefetchPlaces(context);
      const [entries = []] = await this.#parts.documents.find([documentId], context);
      const rows = entries.filter(({ ordinal }) => ordinal >= from && ordinal <= to).map(({ row }) => row);
      const hits = (await this.#hits(rows, context)).filter((hit) => hit.documentId === documentId);
      return hits.sort((left, right) => left.ordinal - right.ordinal);
    });
  }

  /** Fills the cache folder and the memory, so that later searches read nothing from the storage. */
  async hydrate(signal?: AbortSignal): Promise<HydrationReport> {
    const startedMs = performance.now();
    // Uses its own meter, because the reads that opened the index belong to the trace of the first search.
    const meter = new ReadMeter();
    const fill = async (context: ReadContext) => {
      const filled = await fillFolder(this.#opened, this.#source, context);
      const { directory, vector, lexical } = this.#parts;
      const [vectors] = await Promise.all([
        vector?.hydrate(context),
        directory.loadAll(context),
        lexical?.prefetch(context),
      ]);
      return { ...filled, vectorsInMemory: vectors?.vectorsInMemory ?? false };
    };
    const filled = await this.#trusting(signal, fill, meter);
    const { reads, bytes } = meter.use;
    return { ...filled, reads, bytesRead: bytes, durationMs: performance.now() - startedMs };
  }

  describe(): Readonly<Record<string, string | number>> {
    return describeSnapshot(this.#opened);
  }

  /** Returns a function that closes the cached files without keeping the reader in memory. */
  get closer(): () => void {
    const { folder } = this.#opened;
    return () => folder?.close();
  }

  close(): void {
    this.#opened.folder?.close();
  }

  /** Prefetches record locations during the row lookup. A failure is reported when the records are read. */
  #prefetchPlaces(context: ReadContext): void {
    this.#parts.directory.prefetch(context).catch(() => {});
  }

  async #hits(rows: readonly number[], context: ReadContext): Promise<Hit[]> {
    if (rows.length === 0) return [];
    const views = await this.#parts.records.views(rows, FETCH_REQUESTS, context);
    return views.map((view) => ({ ...view.payload(this.#opened.symbols), score: 0, scores: {} }));
  }

  #takeMeter(): ReadMeter {
    const meter = this.#openMeter ?? new ReadMeter();
    this.#openMeter = undefined;
    return meter;
  }

  /**
   * Runs `work`. If it fails on damaged data that may come from the cache folder, deletes the cached segments
   * and retries once.
   */
  async #trusting<T>(
    signal: AbortSignal | undefined,
    work: (context: ReadContext) => Promise<T>,
    meter = this.#takeMeter(),
  ): Promise<T> {
    const memory = new SearchMemory();
    try {
      return await work({ meter, signal, memory });
    } catch (error) {
      const { folder } = this.#opened;
      const mayBeCached = folder !== undefined && !folder.isEmpty;
      if (!(hasCode(error, 'DAMAGED_STORE') && mayBeCached)) throw error;
      await folder.discard();
      this.#parts = assembleParts(this.#opened);
      return await work({ meter, signal, memory });
    } finally {
      memory.giveBack();
    }
  }

  #parameters(query: SearchQuery): Readonly<Record<string, number>> {
    const { queryParameters, rows, collection } = this.header;
    if (query.parameters === undefined) return queryParameters;
    const given = { ...queryParameters, ...query.parameters };
    return resolveParameters(KIND, PARAMETERS, 'query', given, { rows, dimensions: collection.dimensions });
  }
}
