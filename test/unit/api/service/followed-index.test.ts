import { describe, expect, it } from 'vitest';
import type { OpenedIndex } from '../../../../src/api/service/engine.ts';
import { FollowedIndex } from '../../../../src/api/service/followed-index.ts';
import { SragError } from '../../../../src/core/index.ts';

const REFRESH_MS = 10_000;

/** A published pointer, with a record of opened versions and warnings. */
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

/** Lets background work end. */
const settled = (): Promise<void> => new Promise(setImmediate);

describe('FollowedIndex', () => {
  it('opens a newly published version of any kind after ten seconds', async () => {
    const { state, opened, open } = place();
    const index = await open();
    Object.assign(state, { kind: 'snapshot', version: 'v2', nowMs: REFRESH_MS - 1 });
    expect(index.current().manifest.version).toBe('v1');
    await settled();
    expect(index.manifest.version).toBe('v1');
    state.nowMs = REFRESH_MS;
    // The request that triggers the check is still answered by the previous version.
    const current = index.current();
    await settled();
    expect(current.manifest).toEqual({ kind: 'lancedb-flat', version: 'v1' });
    expect(index.current().manifest).toEqual({ kind: 'snapshot', version: 'v2' });
    expect(opened).toEqual(['lancedb-flat@v1', 'snapshot@v2']);
  });

  it('keeps its index while no other version is published', async () => {
    const { state, opened, open } = place();
    const index = await open();
    for (let look = 1; look <= 3; look++) {
      state.nowMs = look * REFRESH_MS;
      index.current();
      await settled();
    }
    expect(opened).toEqual(['lancedb-flat@v1']);
  });

  it('keeps its index if the new version cannot be opened, and warns once', async () => {
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
