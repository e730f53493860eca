import { describe, expect, it } from 'vitest';
import type { OpenedIndex } from '../../../../src/api/service/engine.ts';
import { FollowedIndex } from '../../../../src/api/service/followed-index.ts';
import { SragError } from '../../../../src/core/index.ts';

const REFRESH_MS = 10_000;

/** A place where versions are published, and what was opened and warned of. */
function place() {
  const state = { kind: 'lancedb-flat', version: 'v1', nowMs: 0, isBroken: false };
  const opened: string[] = [];
  const warned: string[] = [];
  const indexOf = (kind: string, version: string): OpenedIndex => ({
    manifest: { kind, version },
    search: async () => ({ hits: [], trace: { totalMs: 0 } }),
    neighbours: async () => [],
    chunks: async () => [],
    close: async () => {},
  });
  const open = () =>
    FollowedIndex.open({
      published: async () => ({ kind: state.kind, version: state.version }),
      open: async ({ kind, version }) => {
        if (state.isBroken) throw new SragError('DAMAGED_STORE', `${version} is damaged.`);
        opened.push(`${kind}@${version}`);
        return indexOf(kind, version);
      },
      warn: (_, { reason }) => void warned.push(String(reason)),
      now: () => state.nowMs,
    });
  return { state, opened, warned, open };
}

/** Lets what was begun beside come to its end. */
const settled = (): Promise<void> => new Promise(setImmediate);

describe('an index that follows what is published', () => {
  it('opens what is published anew, of whatever kind, when asked ten seconds later', async () => {
    const { state, opened, open } = place();
    const index = await open();
    Object.assign(state, { kind: 'snapshot', version: 'v2', nowMs: REFRESH_MS - 1 });
    expect(index.current().manifest.version).toBe('v1');
    await settled();
    expect(index.manifest.version).toBe('v1');
    state.nowMs = REFRESH_MS;
    // The question that notices is still answered by the version before.
    const current = index.current();
    await settled();
    expect(current.manifest).toEqual({ kind: 'lancedb-flat', version: 'v1' });
    expect(index.current().manifest).toEqual({ kind: 'snapshot', version: 'v2' });
    expect(opened).toEqual(['lancedb-flat@v1', 'snapshot@v2']);
  });

  it('keeps what it has while nothing else is published', async () => {
    const { state, opened, open } = place();
    const index = await open();
    for (let look = 1; look <= 3; look++) {
      state.nowMs = look * REFRESH_MS;
      index.current();
      await settled();
    }
    expect(opened).toEqual(['lancedb-flat@v1']);
  });

  it('goes on with what it has where the new version cannot be opened, and says so once', async () => {
    const { state, warned, open } = place();
    const index = await open();
    Object.assign(state, { version: 'v2', isBroken: true });
    for (let look = 1; look <= 3; look++) {
      state.nowMs = look * REFRESH_MS;
      expect(index.current().manifest.version).toBe('v1');
      await settled();
    }
    expect(warned).toEqual(['v2 is damaged.']);
    Object.assign(state, { isBroken: false, nowMs: 4 * REFRESH_MS });
    index.current();
    await settled();
    expect(index.manifest.version).toBe('v2');
  });
});
