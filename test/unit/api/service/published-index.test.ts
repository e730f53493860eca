import { afterEach, describe, expect, it, vi } from 'vitest';
import type { OpenedIndex } from '../../../../src/api/service/engine.ts';
import { publishedIndex } from '../../../../src/api/service/published-index.ts';

/** An index that only knows its kind. */
function indexOf(kind: string): OpenedIndex & { readonly close: ReturnType<typeof vi.fn> } {
  return {
    manifest: { kind, version: 'v1' },
    search: async () => ({ hits: [], trace: { totalMs: 0 } }),
    neighbours: async () => [],
    chunks: async () => [],
    close: vi.fn(async () => {}),
  };
}

afterEach(() => void vi.useRealTimers());

describe('the published index', () => {
  it('is replaced if another kind is published, and closed once its requests have ended', async () => {
    vi.useFakeTimers();
    const opened = { snapshot: indexOf('snapshot'), 'opensearch-hnsw': indexOf('opensearch-hnsw') };
    let publish = (_kind: string): void => {};
    const open = vi.fn(async (kind: string, onOtherKind: (kind: string) => void) => {
      publish = onOtherKind;
      return opened[kind as keyof typeof opened];
    });
    const index = await publishedIndex('snapshot', open, () => {});
    publish('opensearch-hnsw');
    publish('opensearch-hnsw');
    expect(index.current!()).toBe(opened.snapshot);
    await vi.waitFor(() => expect(index.manifest.kind).toBe('opensearch-hnsw'));
    expect(open).toHaveBeenCalledTimes(2);
    expect(opened.snapshot.close).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(opened.snapshot.close).toHaveBeenCalledOnce();
    await index.close();
    expect(opened['opensearch-hnsw'].close).toHaveBeenCalledOnce();
  });

  it('stays in use if the new one cannot be opened, and is replaced at the next attempt', async () => {
    let publish = (_kind: string): void => {};
    const failures: unknown[] = [];
    const open = async (kind: string, onOtherKind: (kind: string) => void) => {
      if (kind !== 'snapshot' && failures.length === 0) throw new Error('unreachable');
      publish = onOtherKind;
      return indexOf(kind);
    };
    const index = await publishedIndex('snapshot', open, (error) => failures.push(error));
    publish('opensearch-hnsw');
    await vi.waitFor(() => expect(failures).toEqual([new Error('unreachable')]));
    expect(index.manifest.kind).toBe('snapshot');
    publish('opensearch-hnsw');
    await vi.waitFor(() => expect(index.manifest.kind).toBe('opensearch-hnsw'));
  });

  it('closes a new one that opens only after the index was closed', async () => {
    let publish = (_kind: string): void => {};
    const late = indexOf('opensearch-hnsw');
    const opening = Promise.withResolvers<OpenedIndex>();
    const open = async (kind: string, onOtherKind: (kind: string) => void) => {
      publish = onOtherKind;
      return kind === 'snapshot' ? indexOf(kind) : opening.promise;
    };
    const index = await publishedIndex('snapshot', open, () => {});
    publish('opensearch-hnsw');
    await index.close();
    opening.resolve(late);
    await vi.waitFor(() => expect(late.close).toHaveBeenCalledOnce());
    expect(index.manifest.kind).toBe('snapshot');
  });
});
