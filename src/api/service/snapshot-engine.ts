import {
  type CollectionSettings,
  collectionPrefix,
  hasCode,
  messageOf,
  parseIndexSelector,
  SragError,
  unknownName,
} from '../../core/index.ts';
import { readCollection, readEmbedderSettings } from '../../corpus/index.ts';
import {
  type CacheOptions,
  INDEX_KINDS,
  openSnapshotVersion,
  PublishedSearcher,
  type RangeSource,
  type SigningKeySource,
  versionPrefix,
} from '../../indexes/index.ts';
import type { Engine, IndexChoice, OpenedIndex, OpenedVersion, Warn } from './engine.ts';
import { NOT_FOLLOWED } from './followed-index.ts';
import { unknownCollection, unknownVersion } from './not-found.ts';

const KIND = 'snapshot';

/** Options of {@link snapshotEngine}. */
export interface SnapshotEngineOptions {
  readonly storage: RangeSource;
  /** Where parts of an index are cached between requests; default: memory only. */
  readonly cache?: CacheOptions | undefined;
  /** If given, only indexes signed with this key are opened. */
  readonly signing?: SigningKeySource | undefined;
}

/** Opens snapshot indexes only: without LanceDB or native code, and with one wave to open an index. */
export function snapshotEngine({ storage, cache, signing }: SnapshotEngineOptions): Engine {
  return {
    async collection(name, onRead): Promise<CollectionSettings> {
      let bytes = 0;
      const counted = {
        read: async (key: string) => {
          const answer = await storage.read(key);
          bytes = answer.bytes.length;
          return answer;
        },
      };
      const settings = await readCollection(counted, name).finally(() =>
        onRead?.({ reads: 1, bytes, waves: 0, cacheHits: 0 }),
      );
      if (settings !== undefined) return settings;
      throw unknownCollection(name);
    },

    embedderSettings: (collection) => readEmbedderSettings(storage, collection),

    async open({ collection, index, prefetch, warn }: IndexChoice): Promise<OpenedIndex> {
      const { kind, version } = parseIndexSelector(index ?? KIND);
      if (!INDEX_KINDS.some((known) => known === kind))
        throw unknownName('UNKNOWN_INDEX_KIND', 'index kind', kind, INDEX_KINDS);
      if (kind !== KIND) throw unsupported(kind);
      const options = { signing, cache, prefetch };
      if (version === undefined) return published({ storage, collection, ...options }, warn);
      const prefix = versionPrefix(collectionPrefix(collection), version);
      const reader = await openSnapshotVersion(storage, prefix, options).catch((error: unknown) => {
        const isMissing = hasCode(error, 'OBJECT_NOT_FOUND');
        throw isMissing ? unknownVersion(KIND, version) : error;
      });
      prefetch?.then((mode) => reader.prefetch(mode));
      return {
        ...versionOf(reader, { kind, version }),
        hydrate: (signal) => reader.hydrate(signal),
        close: async () => reader.close(),
      };
    },

    close: async () => {},
  };
}

async function published(
  options: Parameters<typeof PublishedSearcher.open>[0],
  warn: Warn | undefined,
): Promise<OpenedIndex> {
  const searcher = await PublishedSearcher.open({
    ...options,
    onRefreshError: (error) => warn?.(NOT_FOLLOWED, { reason: messageOf(error) }),
  });
  const current = (): OpenedVersion => {
    const { reader, pointer } = searcher.current();
    return versionOf(reader, { kind: pointer.kind, version: pointer.version });
  };
  return {
    get manifest() {
      const { kind, version } = searcher.published;
      return { kind, version };
    },
    current,
    search: (query) => current().search(query),
    neighbours: (documentId, from, to) => current().neighbours(documentId, from, to),
    chunks: (ids, signal, onRead) => current().chunks(ids, signal, onRead),
    hydrate: (signal) => searcher.hydrate(signal),
    close: () => searcher.close(),
  };
}

type SnapshotReader = Awaited<ReturnType<typeof openSnapshotVersion>>;

const versionOf = (
  reader: Pick<SnapshotReader, 'search' | 'neighbours' | 'chunks'>,
  manifest: OpenedVersion['manifest'],
): OpenedVersion => ({
  manifest,
  search: (query) => reader.search(query),
  neighbours: (documentId, from, to) => reader.neighbours(documentId, from, to),
  chunks: (ids, signal, onRead) => reader.chunks(ids, signal, onRead),
});

const unsupported = (kind: string): SragError =>
  new SragError('UNSUPPORTED', `This deployment opens ${KIND} indexes, not ${kind}.`, {
    remedy: `Request ${KIND}, or deploy with the engine 'lancedb'.`,
    fields: { field: 'index', value: kind, allowed: [KIND] },
  });
