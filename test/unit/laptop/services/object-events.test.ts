import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type ObjectStorage, openStorage } from '../../../../src/io/storage/index.ts';
import {
  type IngestOptions,
  type InvocationReply,
  type InvokeFunction,
  laptopCredentials,
  type Services,
  startServices,
} from '../../../../src/laptop/index.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

interface Invocation {
  readonly name: string;
  readonly group: string;
  readonly events: {
    readonly 'detail-type': string;
    readonly detail: { readonly object: { key: string } };
  }[];
  readonly ids: string[];
  readonly records: Record<string, unknown>[];
}

/** Options that make failed messages wait until their visibility timeout ends, as on AWS. */
const AS_ON_AWS = {};

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

async function start(
  answer: (invocation: Invocation) => InvocationReply | Promise<InvocationReply>,
  ingest: Partial<IngestOptions> = {},
  retries: Pick<IngestOptions, 'retryDelaySeconds'> = { retryDelaySeconds: 0.05 },
): Promise<{ services: Services; storage: ObjectStorage; invocations: Invocation[] }> {
  const invocations: Invocation[] = [];
  const lambda: InvokeFunction = async (name, payload) => {
    const { Records } = JSON.parse(Buffer.from(payload).toString());
    const invocation: Invocation = {
      name,
      group: Records[0].attributes.MessageGroupId,
      events: Records.map(({ body }: { body: string }) => JSON.parse(body)),
      ids: Records.map(({ messageId }: { messageId: string }) => messageId),
      records: Records,
    };
    invocations.push(invocation);
    return answer(invocation);
  };
  const services = await startServices({
    buckets: { laptop: await temporaryFolder() },
    model: 'none',
    lambda,
    ingest: {
      rules: [
        { bucket: 'laptop', prefix: 'in/one/', messageGroupId: 'one' },
        { bucket: 'laptop', prefix: 'in/two/', messageGroupId: 'two' },
      ],
      ...retries,
      ...ingest,
    },
  });
  const storage = await openStorage(
    { kind: 's3', bucket: 'laptop', prefix: '' },
    { endpoint: services.s3Endpoint, region: 'us-east-1', credentials: laptopCredentials('writer') },
  );
  opened.push(services, storage);
  return { services, storage, invocations };
}

const ok = (value: unknown = null): InvocationReply => ({
  statusCode: 200,
  payload: Buffer.from(JSON.stringify(value)),
});
const failing = (...ids: string[]): InvocationReply =>
  ok({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });
const bytes = Buffer.from('content');

async function settled({ queue }: Services): Promise<void> {
  for (let turn = 0; turn < 400; turn++) {
    const { waiting, inFlight } = queue!.counts();
    if (waiting + inFlight === 0) return;
    await sleep(10);
  }
  throw new Error(`The queue still holds ${JSON.stringify(queue!.counts())}.`);
}

describe('object changes', () => {
  it('reach the function as EventBridge events in SQS records', async () => {
    const { services, storage, invocations } = await start(() => ok());
    const etag = await storage.write('in/one/a file.txt', bytes);
    await settled(services);
    await storage.delete(['in/one/a file.txt']);
    await settled(services);
    await storage.write('elsewhere/b.txt', bytes);
    await settled(services);
    expect(invocations.map(({ name, group }) => [name, group])).toEqual([
      ['ingest', 'one'],
      ['ingest', 'one'],
    ]);
    expect(invocations[0]?.records[0]).toMatchObject({
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      receiptHandle: expect.any(String),
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:srag-ingest.fifo',
      awsRegion: 'us-east-1',
      attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'one' },
    });
    expect(invocations[0]?.events[0]).toMatchObject({
      version: '0',
      'detail-type': 'Object Created',
      source: 'aws.s3',
      region: 'us-east-1',
      resources: ['arn:aws:s3:::laptop'],
      detail: {
        bucket: { name: 'laptop' },
        object: { key: 'in/one/a file.txt', size: 7, etag: etag.replaceAll('"', '') },
        reason: 'PutObject',
      },
    });
    expect(invocations[1]?.events[0]).toMatchObject({
      'detail-type': 'Object Deleted',
      detail: {
        object: { key: 'in/one/a file.txt' },
        reason: 'DeleteObject',
        'deletion-type': 'Permanently Deleted',
      },
    });
  });

  it('arrive in order, one invocation at a time per group, with groups in parallel', async () => {
    let running = 0;
    let most = 0;
    const byGroup = new Map<string, number>();
    const { services, storage, invocations } = await start(async ({ group }) => {
      byGroup.set(group, (byGroup.get(group) ?? 0) + 1);
      expect(byGroup.get(group)).toBe(1);
      most = Math.max(most, ++running);
      await sleep(30);
      running--;
      byGroup.set(group, 0);
      return ok();
    });
    for (let index = 0; index < 8; index++) {
      await Promise.all(['one', 'two'].map((group) => storage.write(`in/${group}/${index}`, bytes)));
    }
    await settled(services);
    expect(most).toBe(2);
    for (const group of ['one', 'two']) {
      const own = invocations.filter((one) => one.group === group).flatMap(({ events }) => events);
      expect(own.map(({ detail }) => detail.object.key)).toEqual(
        Array.from({ length: 8 }, (_, index) => `in/${group}/${index}`),
      );
    }
  });

  it('are redelivered only if the function reports them as failed', async () => {
    const { services, storage, invocations } = await start(({ events, ids }) => {
      const index = events.findIndex(({ detail }) => detail.object.key.endsWith('bad'));
      const isFirst = invocations.flatMap((each) => each.ids).filter((id) => id === ids[index]).length === 1;
      return index >= 0 && isFirst ? failing(ids[index]!) : ok({ batchItemFailures: [] });
    });
    await Promise.all(['good', 'bad', 'good2'].map((name) => storage.write(`in/one/${name}`, bytes)));
    await settled(services);
    const keys = invocations.flatMap(({ events }) => events.map(({ detail }) => detail.object.key));
    expect(keys.filter((key) => key.endsWith('bad'))).toHaveLength(2);
    expect(keys.filter((key) => !key.endsWith('bad'))).toHaveLength(2);
    expect(services.deadLetters!.counts().waiting).toBe(0);
  });

  it.each([
    ['throws', { statusCode: 200, functionError: 'Unhandled', payload: Buffer.from('{}') }],
    ['is throttled', { statusCode: 429 }],
    ['does not exist', { statusCode: 404 }],
    ['names an unknown message', failing('nonsense')],
    ['returns failures without ids', ok({ batchItemFailures: [{ id: 'x' }] })],
    ['returns invalid JSON', { statusCode: 200, payload: Buffer.from('<html>') }],
  ] satisfies [string, InvocationReply][])(
    'are dead-lettered after three deliveries if the function %s',
    async (_what, reply) => {
      const { services, storage, invocations } = await start(() => reply);
      await storage.write('in/one/poison', bytes);
      await settled(services);
      expect(invocations).toHaveLength(3);
      const [letter] = services.deadLetters!.receive();
      expect(letter?.messageId).toBe(invocations[0]?.ids[0]);
      expect(JSON.parse(letter!.body).detail.object.key).toBe('in/one/poison');
    },
  );

  it.each([
    ['no payload', { statusCode: 200 }],
    ['null', ok(null)],
    ['an empty object', ok({})],
    ['null failures', ok({ batchItemFailures: null })],
    ['a string', ok('done')],
  ] satisfies [string, InvocationReply][])('are deleted if the function returns %s', async (_what, reply) => {
    const { services, storage, invocations } = await start(() => reply);
    await storage.write('in/two/fine', bytes);
    await settled(services);
    expect(invocations).toHaveLength(1);
    expect(services.deadLetters!.counts().waiting).toBe(0);
  });

  it('are redelivered after their visibility timeout, and block the other messages of their group until then', async () => {
    const { services, storage, invocations } = await start(
      () => (invocations.length === 1 ? failing(invocations[0]!.ids[0]!) : ok()),
      { visibilityTimeoutSeconds: 1, batchSize: 1 },
      AS_ON_AWS,
    );
    const startedMs = performance.now();
    await storage.write('in/one/a', bytes);
    await storage.write('in/one/b', bytes);
    await settled(services);
    expect(performance.now() - startedMs).toBeGreaterThan(950);
    expect(invocations.map(({ events }) => events[0]?.detail.object.key)).toEqual([
      'in/one/a',
      'in/one/a',
      'in/one/b',
    ]);
  });

  it('of a throttled invocation are not received again, because the invocation itself is retried', async () => {
    const { services, storage, invocations } = await start(
      () => (invocations.length === 1 ? { statusCode: 429 } : ok()),
      {},
      AS_ON_AWS,
    );
    await storage.write('in/one/a', bytes);
    await settled(services);
    expect(invocations.map(({ records }) => records[0]?.attributes)).toEqual([
      expect.objectContaining({ ApproximateReceiveCount: '1' }),
      expect.objectContaining({ ApproximateReceiveCount: '1' }),
    ]);
  });

  it('are dead-lettered if the function is unreachable; the queue then continues', async () => {
    const { services, storage, invocations } = await start(
      ({ events }) => {
        if (events.some(({ detail }) => detail.object.key.endsWith('broken'))) throw new Error('no way');
        return ok();
      },
      { batchSize: 1, maxReceiveCount: 2 },
    );
    await storage.write('in/one/broken', bytes);
    await storage.write('in/one/next', bytes);
    await settled(services);
    expect(invocations.map(({ events }) => events[0]?.detail.object.key)).toEqual([
      'in/one/broken',
      'in/one/broken',
      'in/one/next',
    ]);
    expect(services.deadLetters!.counts().waiting).toBe(1);
  });

  it('are no longer delivered once the services close; closing waits for the running invocation', async () => {
    const ended = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const { services, storage } = await start(async () => {
      begun.resolve();
      await ended.promise;
      return ok();
    });
    await storage.write('in/one/slow', bytes);
    await begun.promise;
    let isClosed = false;
    const closing = services.close().then(() => {
      isClosed = true;
    });
    opened.splice(opened.indexOf(services), 1);
    await sleep(50);
    expect(isClosed).toBe(false);
    ended.resolve();
    await closing;
  });
});
