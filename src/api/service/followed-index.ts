import { messageOf } from '../../core/index.ts';
import type { FollowedVersion, VersionSearcher } from '../../indexes/index.ts';
import type { OpenedIndex, Warn } from './engine.ts';

/** An index that switches to each newly published version. */
export const followedIndex = (
  versions: Pick<FollowedVersion<VersionSearcher>, 'opened' | 'current' | 'close'>,
  hydrate?: OpenedIndex['hydrate'],
): OpenedIndex => ({
  get manifest() {
    return versions.opened.manifest;
  },
  current: () => versions.current(),
  search: (query) => versions.current().search(query),
  neighbours: (documentId, from, to) => versions.current().neighbours(documentId, from, to),
  chunks: (ids, signal, onUsage) => versions.current().chunks(ids, signal, onUsage),
  hydrate,
  close: () => versions.close(),
});

/** Warns that the published version cannot be opened. */
export const warnNotFollowed =
  (warn: Warn | undefined) =>
  (error: unknown): void =>
    warn?.('The published version cannot be opened; the previous version continues to answer.', {
      reason: messageOf(error),
    });
