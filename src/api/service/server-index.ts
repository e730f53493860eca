import {
  FollowedVersion,
  openServerVersion,
  publishedServerVersion,
  type Searcher,
  type ServerVersionSource,
} from '../../indexes/index.ts';
import type { OpenedIndex } from './engine.ts';
import { followedIndex } from './followed-index.ts';
import { unknownVersion } from './not-found.ts';

/** Opens a version of a kind whose indexes are on a server; without `version`, follows the published one. */
export async function serverIndex(
  { kind, version }: { readonly kind: string; readonly version?: string | undefined },
  source: ServerVersionSource,
  onFailure: (error: unknown) => void,
): Promise<OpenedIndex> {
  const open = async (id: string): Promise<Searcher> => {
    const opened = await openServerVersion(kind, id, source);
    if (opened === undefined) throw unknownVersion(kind, id);
    return opened;
  };
  if (version !== undefined) return open(version);
  const versions = new FollowedVersion(await open(await publishedServerVersion(kind, source)), {
    next: async ({ manifest }) => {
      const id = await publishedServerVersion(kind, source);
      return id === manifest.version ? undefined : open(id);
    },
    closerOf: (searcher) => () => searcher.close(),
    onFailure,
  });
  return followedIndex(versions);
}
