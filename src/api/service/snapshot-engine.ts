import {
  type CollectionSettings,
  collectionPrefix,
  hasCode,
  parseIndexSelector,
  SragError,
  unknownName,
} from '../../core/index.ts';
import { readCollection, readEmbedderSettings } from '../../corpus/index.ts';
import {
  type CacheOptions,
  INDEX_KINDS,
  type IndexServers,
  openSnapshotVersion,
  PublishedSearcher,
  type RangeSource,
  SERVER_KINDS,
  type SigningKeySource,
  type VersionSearcher,
  versionPrefix,
} from '../../indexes/index.ts';
import type { Engine, IndexChoice, OpenedIndex } from './engine.ts';
import { followedIndex, warnNotFollowed } from './followed-index.ts';
import { unknownCollection, unknownVersion } from './not-found.ts';
import { type OpenKind, publishedIndex } from './published-index.ts';
import { serverIndex } from './server-index.ts';

const KIND = 'snapshot';

/** Options of {@link snapshotEngine}. */
export interface SnapshotEngineOptions {
  readonly storage: RangeSource;
  /** Where parts of an index are cached between requests; default: memory only. */
  readonly cache?: CacheOptions | undefined;
  readonly servers?: IndexServers | undefined;
  /** If given, only indexes signed with this key are opened. */
  readonly signing?: SigningKeySource | undefined;
}

/**
 * Opens snapshot indexes, each in one wave, and indexes on servers, whose adapters are loaded on first use. It
 * needs neither LanceDB nor native code.
 */
export function snapshotEngine({ storage, cache, servers, signing }: SnapshotEngineOptions): Engine {
  return {
    async collection(name, onUsage): Promise<CollectionSettings> {
      let bytes = 0;
      const counted = {
        read: async (key: string) => {
          const answer = await storage.read(key);
          bytes = answer.bytes.length;
          return answer;
        },
      };
      const settings = await readCollection(counted, name).finally(() =>
        onUsage?.({ reads: 1, bytes, waves: 0, cacheHits: 0 }),
      );
      if (settings !== undefined) return settings;
      throw unknownCollection(name);
    },

    embedderSettings: (collection) => readEmbedderSettings(storage, collection),

    async open({ collection, index, prefetch, warn }: IndexChoice): Promise<OpenedIndex> {
      const { kind, version } = parseIndexSelector(index ?? KIND);
      if (!INDEX_KINDS.some((known) => known === kind))
        throw unknownName('UNKNOWN_INDEX_KIND', 'index kind', kind, INDEX_KINDS);
      const source = { storage, collection, servers, signing };
      const options = { storage, collection, signing, cache, prefetch };
      const onFailure = warnNotFollowed(warn);
      if (index === undefined) {
        const openKind: OpenKind = (published, onOtherKind) => {
          const onError = unlessOtherKind(onOtherKind, onFailure);
          if (isServerKind(published)) return serverIndex({ kind: published }, source, onError);
          return publishedSnapshot(options, onError);
        };
        return publishedOfAnyKind(openKind, onFailure);
      }
      if (isServerKind(kind)) return serverIndex({ kind, version }, source, onFailure);
      if (kind !== KIND) throw unsupported(kind);
      if (version === undefined) return publishedSnapshot(options, onFailure);
      const prefix = versionPrefix(collectionPrefix(collection), version);
      const reader = await openSnapshotVersion(storage, prefix, { signing, cache }).catch(
        (error: unknown) => {
          const isMissing = hasCode(error, 'OBJECT_NOT_FOUND');
          throw isMissing ? unknownVersion(KIND, version) : error;
        },
      );
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

const isServerKind = (kind: string): boolean => SERVER_KINDS.some((known) => known === kind);

/** The kind that is published, if an error says that it is not the expected one. */
function otherKind(error: unknown): string | undefined {
  if (!hasCode(error, 'UNSUPPORTED', 'NO_INDEX')) return undefined;
  const kind = error.code === 'UNSUPPORTED' ? error.fields.kind : error.fields.published;
  return typeof kind === 'string' && (kind === KIND || isServerKind(kind)) ? kind : undefined;
}

const unlessOtherKind =
  (onOtherKind: (kind: string) => void, onFailure: (error: unknown) => void) =>
  (error: unknown): void => {
    const kind = otherKind(error);
    if (kind === undefined) onFailure(error);
    else onOtherKind(kind);
  };

/** Tries a snapshot first, because that is open after one wave. */
const publishedOfAnyKind = (open: OpenKind, onFailure: (error: unknown) => void): Promise<OpenedIndex> =>
  publishedIndex(KIND, open, onFailure).catch((error: unknown) => {
    const kind = otherKind(error);
    if (kind === undefined) throw error;
    return publishedIndex(kind, open, onFailure);
  });

async function publishedSnapshot(
  options: Parameters<typeof PublishedSearcher.open>[0],
  onRefreshError: (error: unknown) => void,
): Promise<OpenedIndex> {
  const searcher = await PublishedSearcher.open({ ...options, onRefreshError });
  const searcherOf = ({ reader, pointer: { kind, version } }: ReturnType<typeof searcher.current>) =>
    versionOf(reader, { kind, version });
  return followedIndex(
    {
      get opened() {
        return searcherOf(searcher.opened);
      },
      current: () => searcherOf(searcher.current()),
      close: () => searcher.close(),
    },
    (signal) => searcher.hydrate(signal),
  );
}

type SnapshotReader = Awaited<ReturnType<typeof openSnapshotVersion>>;

const versionOf = (
  reader: Pick<SnapshotReader, 'search' | 'neighbours' | 'chunks'>,
  manifest: VersionSearcher['manifest'],
): VersionSearcher => ({
  manifest,
  search: (query) => reader.search(query),
  neighbours: (documentId, from, to) => reader.neighbours(documentId, from, to),
  chunks: (ids, signal, onUsage) => reader.chunks(ids, signal, onUsage),
});

const unsupported = (kind: string): SragError =>
  new SragError('UNSUPPORTED', `This deployment opens ${KIND} indexes, not ${kind}.`, {
    remedy: `Request ${KIND}, or deploy with the engine 'lancedb'.`,
    fields: { field: 'index', value: kind, allowed: [KIND] },
  });
