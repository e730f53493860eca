import {
  collectionPrefix,
  type Hit,
  hasCode,
  type SearchQuery,
  type SearchResult,
  SragError,
  type StorageUse,
  undefinedIf,
} from '../../core/index.ts';
import { FollowedVersion } from '../followed-version.ts';
import { POINTER_KEY, type PublishedPointer, versionPrefix } from '../pointer.ts';
import { verifyPointer } from '../signed-pointer.ts';
import { type OpenOptions, openWith } from './open.ts';
import type { HydrationReport } from './query/hydrate.ts';
import type { VersionSource } from './query/opened.ts';
import type { SnapshotReader } from './query/reader.ts';
import type { Prefetch } from './query/reader-options.ts';
import { type ColdRead, readColdCopy, wantsCopy } from './read-cold-copy.ts';
import { ReadMeter } from './reading/read-meter.ts';
import { type RangeSource, ReliableReads } from './reading/reliable-reads.ts';

/** Options of {@link openSearcher}. */
export interface OpenSearcherOptions extends OpenOptions {
  /** Storage that supports range reads: `fileStorage(path)`, `signedS3(settings)`, or your own. */
  readonly storage: RangeSource;
  /** Default `default`. */
  readonly collection?: string;
  /**
   * Mode of the first search, or a promise of the mode. The data of that search is read while the question is
   * being embedded. By default, nothing is read in advance.
   */
  readonly prefetch?: Prefetch | Promise<Prefetch>;
  /**
   * Maximum age of the cached pointer when a search begins; default 10,000. An older pointer is checked by
   * one conditional read in parallel with the search; the next search uses the new version.
   */
  readonly refreshAfterMs?: number;
  /** Called once per failure to open a newly published version; searches continue with the old one. */
  readonly onRefreshError?: (error: unknown) => void;
  readonly now?: () => number;
}

/** Number of concurrent reads of a first search. */
const FIRST_READS = 14;
const KIND = 'snapshot';

/** An opened version and the pointer that named it. */
interface PublishedSnapshot {
  readonly pointer: PublishedPointer;
  readonly etag: string;
  readonly reader: SnapshotReader;
}

/** The published version in use and its reader. */
interface VersionInUse {
  readonly pointer: PublishedPointer;
  readonly reader: Omit<SnapshotReader, 'close' | 'closer'>;
}

/**
 * The published snapshot index of a collection. Switches to newly published versions; the old one is used
 * until the new one is open.
 */
export class PublishedSearcher {
  readonly #options: OpenSearcherOptions;
  readonly #source: VersionSource;
  readonly #versions: FollowedVersion<PublishedSnapshot>;

  private constructor(options: OpenSearcherOptions, source: VersionSource, first: PublishedSnapshot) {
    this.#options = options;
    this.#source = source;
    this.#versions = new FollowedVersion(first, {
      next: (open) => this.#next(open),
      closerOf: ({ reader }) => reader.closer,
      everyMs: options.refreshAfterMs,
      onFailure: options.onRefreshError,
      now: options.now,
    });
  }

  /**
   * Opens the published version in one wave: reads the pointer, which contains the header, and in parallel, if
   * vectors are prefetched, the cold-start copy.
   * @throws NO_INDEX, UNSUPPORTED, DAMAGED_STORE, INDEX_SIGNATURE_MISSING, INDEX_SIGNATURE_INVALID,
   * INDEX_SIGNATURE_KEY_MISSING, and the storage's errors.
   */
  static async open(options: OpenSearcherOptions): Promise<PublishedSearcher> {
    const prefix = collectionPrefix(options.collection ?? 'default');
    const reads = new ReliableReads(options.storage, options.retry);
    const meter = new ReadMeter();
    const key = prefix + POINTER_KEY;
    options.signing?.().catch(() => {});
    const cancel = new AbortController();
    const cold = readColdCopy(options, prefix, meter, cancel.signal);
    // Opening connections is deferred until the first requests have been sent.
    setImmediate(() => options.storage.prepare?.(FIRST_READS));
    try {
      const { bytes, etag } = await reads
        .read(key, undefined, meter, options.signal)
        .catch((error: unknown) => {
          const isMissing = hasCode(error, 'OBJECT_NOT_FOUND');
          throw isMissing ? notPublished(options, error) : error;
        });
      const pointer = await verifyPointer(bytes, key, prefix, options.signing);
      const reader = await openPointer(pointer, { reads, prefix }, meter, options, cold);
      return new PublishedSearcher(options, { reads, prefix }, { pointer, etag, reader });
    } catch (error) {
      cancel.abort();
      throw error;
    }
  }

  /** The published version in use. */
  get published(): PublishedPointer {
    return this.#versions.opened.pointer;
  }

  /** Error of the last refresh, if it failed; searches continue with the open version. */
  get refreshError(): unknown {
    return this.#versions.failure;
  }

  /**
   * The version in use and its reader, which stays usable for all reads of one question even if another version is
   * published meanwhile. Checks for a newer version in the background when `refreshAfterMs` has passed.
   */
  current(): VersionInUse {
    return this.#versions.current();
  }

  /** Like {@link current}, without a check for a newer version. */
  get opened(): VersionInUse {
    return this.#versions.opened;
  }

  async search(query: SearchQuery): Promise<SearchResult> {
    return this.current().reader.search(query);
  }

  /** Chunks by id, in the order of `ids`; unknown ids are left out. */
  async chunks(
    ids: readonly string[],
    signal?: AbortSignal,
    onUsage?: (use: StorageUse) => void,
  ): Promise<Hit[]> {
    return this.opened.reader.chunks(ids, signal, onUsage);
  }

  /** Chunks of one document with ordinals in a range (inclusive), in order. */
  async neighbours(documentId: string, from: number, to: number): Promise<Hit[]> {
    return this.opened.reader.neighbours(documentId, from, to);
  }

  /** Fills the cache folder and the memory, so that later searches read nothing from the storage. */
  async hydrate(signal?: AbortSignal): Promise<HydrationReport> {
    return this.opened.reader.hydrate(signal);
  }

  /** Sections, memory and expected cold-start cost of the version in use. */
  describe(): Readonly<Record<string, string | number>> {
    return this.opened.reader.describe();
  }

  /** Checks for a newly published version now and opens it. @throws the errors of `open` */
  async refresh(): Promise<void> {
    await this.#versions.refresh();
  }

  async close(): Promise<void> {
    await this.#versions.close();
  }

  /** Opens the version that is published now; undefined if it is the known one. */
  async #next({ pointer: known, etag }: PublishedSnapshot): Promise<PublishedSnapshot | undefined> {
    const { reads, prefix } = this.#source;
    const { signal: _, ...options } = this.#options;
    const key = prefix + POINTER_KEY;
    const meter = new ReadMeter();
    const found = await reads
      .read(key, undefined, meter, undefined, { ifNoneMatch: etag })
      .catch(undefinedIf('NOT_MODIFIED'));
    if (found === undefined) return undefined;
    const pointer = await verifyPointer(found.bytes, key, prefix, options.signing);
    // An older pointer's signature is valid, too, so restoring that pointer would undo later publications.
    if (options.signing !== undefined && pointer.generation < known.generation)
      throw (await options.signing()).refusal('An older pointer');
    const reader = await openPointer(pointer, this.#source, meter, options);
    return { pointer, etag: found.etag, reader };
  }
}

async function openPointer(
  pointer: PublishedPointer,
  { reads, prefix }: VersionSource,
  meter: ReadMeter,
  options: OpenSearcherOptions,
  cold?: Promise<ColdRead>,
): Promise<SnapshotReader> {
  if (pointer.kind !== KIND) {
    throw new SragError(
      'UNSUPPORTED',
      `The published index is ${pointer.kind}@${pointer.version}; this searcher opens only ${KIND} indexes.`,
      {
        remedy: `Publish a ${KIND} index (srag index build ${KIND}, or srag index publish VERSION), or name a version: ${KIND}@VERSION.`,
        fields: { kind: pointer.kind },
      },
    );
  }
  const header = pointer.opening === undefined ? undefined : Buffer.from(pointer.opening, 'base64');
  const reader = await openWith(
    { reads, prefix: versionPrefix(prefix, pointer.version) },
    header,
    meter,
    options,
  );
  Promise.resolve(options.prefetch).then((mode) => {
    if (mode === undefined) return;
    // The copy belongs to this version if it begins with the version's header, whose build id identifies the
    // content.
    if (wantsCopy(mode) && cold !== undefined && header !== undefined)
      reader.prefetchFrom(cold.then((parts) => (parts && header.equals(parts.header) ? parts : undefined)));
    reader.prefetch(mode);
  });
  return reader;
}

const notPublished = ({ collection = 'default' }: OpenSearcherOptions, cause: unknown): SragError =>
  new SragError('NO_INDEX', `Collection '${collection}' has no published index here.`, {
    remedy: `Build and publish one: srag index build ${KIND} --collection ${collection}.`,
    fields: { collection },
    cause,
  });
