import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FifoQueue } from '../../../../src/laptop/index.ts';

const MINUTE_MS = 60_000;

function queueAt(settings: Partial<ConstructorParameters<typeof FifoQueue>[0]> = {}) {
  const clock = { nowMs: 1_000_000 };
  const queue = new FifoQueue({ name: 'q.fifo', ...settings }, () => clock.nowMs);
  const send = (body: string, messageGroupId = 'g', deduplicationId = body) =>
    queue.send({ body, messageGroupId, deduplicationId });
  return { clock, queue, send };
}

const bodies = (deliveries: readonly { readonly body: string }[]): string[] =>
  deliveries.map(({ body }) => body);

describe('a FIFO queue', () => {
  it('forgets deduplication ids after five minutes', () => {
    const { clock, queue, send } = queueAt();
    send('x');
    clock.nowMs += 5 * MINUTE_MS - 1;
    send('x');
    expect(queue.counts().waiting).toBe(1);
    clock.nowMs += 1;
    send('x');
    expect(queue.counts().waiting).toBe(2);
  });

  it('drops a duplicate even if the original message was received and deleted in the meantime', () => {
    const { queue, send } = queueAt();
    send('x');
    queue.delete(queue.receive()[0]!.receiptHandle);
    send('x');
    expect(queue.counts()).toEqual({ waiting: 0, inFlight: 0 });
  });

  it('drops messages after four days', () => {
    const { clock, queue, send } = queueAt();
    send('old');
    clock.nowMs += 4 * 24 * 60 * MINUTE_MS + 1;
    send('new');
    expect(bodies(queue.receive({ max: 10 }))).toEqual(['new']);
  });

  it('refuses an expired receipt handle, and accepts the receipt handle of a deleted message', () => {
    const { clock, queue, send } = queueAt({ visibilityTimeoutMs: 1_000 });
    send('x');
    const [first] = queue.receive();
    clock.nowMs += 1_000;
    expect(() => queue.delete(first!.receiptHandle)).toThrow('The receipt handle has expired');
    expect(() => queue.changeVisibility(first!.receiptHandle, 5)).toThrow('not in flight');
    const [second] = queue.receive();
    expect(() => queue.delete(first!.receiptHandle)).toThrow('The receipt handle has expired');
    queue.delete(second!.receiptHandle);
    queue.delete(second!.receiptHandle);
    expect(queue.counts()).toEqual({ waiting: 0, inFlight: 0 });
  });

  it('delivers messages of a group in order while later ones are still delayed', () => {
    const { clock, queue, send } = queueAt({ delayMs: 1_000 });
    send('first');
    clock.nowMs += 600;
    send('second');
    expect(queue.receive({ max: 10 })).toEqual([]);
    clock.nowMs += 400;
    const [first] = queue.receive({ max: 10 });
    expect(first?.body).toBe('first');
    clock.nowMs += 600;
    expect(queue.receive({ max: 10 })).toEqual([]);
    queue.delete(first!.receiptHandle);
    expect(bodies(queue.receive({ max: 10 }))).toEqual(['second']);
  });

  it('deduplicates dead letters by message id, as SQS does', () => {
    const { queue: dead } = queueAt();
    const { clock, queue } = queueAt({
      visibilityTimeoutMs: 0,
      redrive: { queue: dead, maxReceiveCount: 1 },
    });
    const { messageId } = queue.send({ body: 'x', messageGroupId: 'g', deduplicationId: 'x' });
    queue.receive();
    clock.nowMs += 1;
    expect(queue.receive()).toEqual([]);
    expect(dead.receive()).toMatchObject([{ body: 'x', messageId, deduplicationId: messageId }]);
  });

  it('delivers one group at a time if requested, starting with the group that has waited longest', () => {
    const { queue, send } = queueAt();
    for (const [body, group] of [
      ['a1', 'a'],
      ['b1', 'b'],
      ['a2', 'a'],
      ['b2', 'b'],
    ] as const) {
      send(body, group);
    }
    expect(bodies(queue.receive({ max: 10, oneGroup: true }))).toEqual(['a1', 'a2']);
    expect(bodies(queue.receive({ max: 10, oneGroup: true }))).toEqual(['b1', 'b2']);
    expect(queue.receive({ max: 10, oneGroup: true })).toEqual([]);
  });

  it('stops waiting when it is aborted', async () => {
    const { queue } = queueAt();
    const stop = new AbortController();
    const waiting = queue.receiveWaiting({}, 60_000, stop.signal);
    stop.abort();
    expect(await waiting).toEqual([]);
  });

  it('keeps the order within groups and loses no message, for random receives, failures and deletions', () => {
    const step = fc.record({
      group: fc.constantFrom('a', 'b', 'c'),
      sends: fc.integer({ min: 0, max: 3 }),
      receives: fc.integer({ min: 0, max: 4 }),
      fails: fc.boolean(),
      passesMs: fc.constantFrom(0, 10, 1_000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { clock, queue, send } = queueAt({ visibilityTimeoutMs: 1_000 });
        let count = 0;
        const handled: { body: string; group: string }[] = [];
        const handle = (max: number, fails: boolean): number => {
          const deliveries = queue.receive({ max });
          for (const { body, messageGroupId, receiptHandle } of deliveries) {
            if (fails) continue;
            queue.delete(receiptHandle);
            handled.push({ body, group: messageGroupId });
          }
          return deliveries.length;
        };
        for (const { group, sends, receives, fails, passesMs } of steps) {
          for (let each = 0; each < sends; each++) send(String(count++).padStart(4, '0'), group);
          if (receives > 0) handle(receives, fails);
          clock.nowMs += passesMs;
        }
        clock.nowMs += 1_000;
        while (handle(10, false) > 0);
        expect(handled.map(({ body }) => Number(body)).sort((left, right) => left - right)).toEqual(
          Array.from({ length: count }, (_, index) => index),
        );
        for (const group of ['a', 'b', 'c']) {
          const own = handled.filter((one) => one.group === group).map(({ body }) => body);
          expect(own).toEqual([...own].sort());
        }
      }),
      { numRuns: 200 },
    );
  });
});
