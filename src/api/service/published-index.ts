import { closeLater } from '../../core/index.ts';
import type { OpenedIndex } from './engine.ts';

/** Opens the published index, which is of this kind. If another kind is published later, `onOtherKind` is called with it. */
export type OpenKind = (kind: string, onOtherKind: (kind: string) => void) => Promise<OpenedIndex>;

/**
 * The published index, of whatever kind. Each kind follows its own versions; if another kind is published, the open
 * index serves requests until the new one is open.
 */
export async function publishedIndex(
  firstKind: string,
  open: OpenKind,
  onFailure: (error: unknown) => void,
): Promise<OpenedIndex> {
  let isSwitching = false;
  let isClosed = false;
  const switchTo = (kind: string): void => {
    if (isSwitching) return;
    isSwitching = true;
    open(kind, switchTo)
      .then((next) => {
        if (isClosed) return next.close();
        const old = current;
        current = next;
        closeLater(() => old.close());
      }, onFailure)
      .finally(() => {
        isSwitching = false;
      });
  };
  let current = await open(firstKind, switchTo);
  return {
    get manifest() {
      return current.manifest;
    },
    current: () => current.current?.() ?? current,
    search: (query) => current.search(query),
    neighbours: (documentId, from, to) => current.neighbours(documentId, from, to),
    chunks: (ids, signal, onUsage) => current.chunks(ids, signal, onUsage),
    hydrate: (signal) => current.hydrate?.(signal) ?? Promise.resolve(),
    close: () => {
      isClosed = true;
      return current.close();
    },
  };
}
