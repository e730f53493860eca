import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SragError } from '../../../src/core/index.ts';
import { FollowedVersion } from '../../../src/indexes/index.ts';

const REFRESH_MS = 10_000;

/** A FollowedVersion that starts at `v1`; records opened and closed versions and failures. */
function followed() {
  const state = { published: 'v1', nowMs: 0, isBroken: false };
  const opened: string[] = [];
  const closed: string[] = [];
  const failures: string[] = [];
  const versions = new FollowedVersion('v1', {
    next: async (open) => {
      if (state.published === open) return undefined;
      if (state.isBroken) throw new SragError('DAMAGED_STORE', `${state.published} is damaged.`);
      opened.push(state.published);
      return state.published;
    },
    closerOf: (version) => () => closed.push(version),
    onFailure: (error) => void failures.push((error as Error).message),
    now: () => state.nowMs,
  });
  return { state, opened, closed, failures, versions };
}

/** Waits until background work has ended. */
const settled = () => vi.advanceTimersByTimeAsync(0);

describe('FollowedVersion', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('opens a newly published version in the background when ten seconds have passed', async () => {
    const { state, opened, versions } = followed();
    Object.assign(state, { published: 'v2', nowMs: REFRESH_MS - 1 });
    expect(versions.current()).toBe('v1');
    await settled();
    expect(versions.opened).toBe('v1');
    state.nowMs = REFRESH_MS;
    // The request that triggers the check is still answered by the previous version.
    expect(versions.current()).toBe('v1');
    await settled();
    expect(versions.current()).toBe('v2');
    expect(opened).toEqual(['v2']);
  });

  it('keeps its version while no other version is published', async () => {
    const { state, opened, closed, versions } = followed();
    for (let look = 1; look <= 3; look++) {
      state.nowMs = look * REFRESH_MS;
      versions.current();
      await settled();
    }
    await vi.runAllTimersAsync();
    expect([opened, closed]).toEqual([[], []]);
  });

  it('keeps its version if the new one cannot be opened, and reports each failure once', async () => {
    const { state, failures, versions } = followed();
    Object.assign(state, { published: 'v2', isBroken: true });
    for (let look = 1; look <= 3; look++) {
      state.nowMs = look * REFRESH_MS;
      expect(versions.current()).toBe('v1');
      await settled();
    }
    expect(failures).toEqual(['v2 is damaged.']);
    expect(versions.failure).toMatchObject({ code: 'DAMAGED_STORE' });
    Object.assign(state, { isBroken: false, nowMs: 4 * REFRESH_MS });
    versions.current();
    await settled();
    expect(versions.opened).toBe('v2');
    expect(versions.failure).toBeUndefined();
  });

  it('closes a replaced version after two minutes, when no request uses it any more', async () => {
    const { state, closed, versions } = followed();
    state.published = 'v2';
    await versions.refresh();
    await vi.advanceTimersByTimeAsync(119_000);
    expect(closed).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(closed).toEqual(['v1']);
  });

  it('on close waits for the check in flight, then closes the open version', async () => {
    const { state, closed, versions } = followed();
    Object.assign(state, { published: 'v2', nowMs: REFRESH_MS });
    versions.current();
    await versions.close();
    expect(closed).toEqual(['v2']);
  });
});
