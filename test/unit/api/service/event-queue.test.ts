import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../../../src/api/service/event-queue.ts';
import { until } from '../../../support/http-server.ts';

const turn = () => new Promise((done) => setImmediate(done));

describe('events', () => {
  it('reach the reader in order, each as soon as it is produced', async () => {
    const steps: string[] = [];
    const events = eventsOf<number>(async (push) => {
      for (let event = 1; event <= 3; event++) {
        steps.push(`made ${event}`);
        await push(event);
        await turn();
      }
    });
    for await (const event of events) steps.push(`read ${event}`);
    expect(steps.filter((step) => step.startsWith('read'))).toEqual(['read 1', 'read 2', 'read 3']);
    expect(steps.indexOf('read 1')).toBeLessThan(steps.indexOf('made 3'));
  });

  it('are buffered for a slow reader, up to 16 at a time', async () => {
    let made = 0;
    const events = eventsOf<number>(async (push) => {
      while (made < 100) await push(++made);
    });
    for (let read = 0; read < 100; read++) {
      await turn();
      expect(made - read).toBeLessThanOrEqual(16);
      expect((await events.next()).value).toBe(read + 1);
    }
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it("precede the producer's error, which is thrown once", async () => {
    const error = new Error('the model failed');
    const events = eventsOf<string>(async (push) => {
      await push('one');
      throw error;
    });
    expect(await events.next()).toEqual({ done: false, value: 'one' });
    await expect(events.next()).rejects.toBe(error);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it("are replaced by the producer's error if it fails before its first await", async () => {
    const events = eventsOf<string>(() => {
      throw new Error('at once');
    });
    await expect(events.next()).rejects.toThrow('at once');
  });
});

describe('a reader that stops', () => {
  it('aborts a producer that waits in push', async () => {
    let aborted = false;
    const events = eventsOf<number>(async (push, signal) => {
      for (let event = 0; !signal.aborted; event++) await push(event);
      aborted = true;
    });
    for await (const event of events) if (event === 2) break;
    expect(aborted).toBe(true);
  });

  it('stops immediately while it waits for an event', async () => {
    let signalled: AbortSignal | undefined;
    const events = eventsOf<number>(
      (_push, signal) =>
        new Promise((resolve) => {
          signalled = signal;
          signal.addEventListener('abort', () => resolve());
        }),
    );
    const waiting = events.next();
    await until(() => signalled !== undefined);
    await events.return!();
    expect(signalled!.aborted).toBe(true);
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it('does not block a producer that ignores its signal', async () => {
    let made = 0;
    const events = eventsOf<number>(async (push) => {
      while (made < 1_000) await push(++made);
    });
    await events.next();
    await events.return!();
    expect(made).toBe(1_000);
  });

  it("does not receive the producer's abort error", async () => {
    const events = eventsOf<number>(async (push, signal) => {
      await push(1);
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    });
    await events.next();
    expect(await events.return!()).toEqual({ done: true, value: undefined });
  });
});
