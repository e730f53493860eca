import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ProxyFault, startFaultProxy } from '../support/fault-proxy.ts';
import {
  DOCUMENTS,
  type IngestFunction,
  ingestFunction,
  type Surroundings,
} from '../support/ingest-function.ts';
import { seeded } from '../support/seeded.ts';
import { captured } from '../unit/api/observability/captured.ts';

const MINUTE_MS = 60_000;
const random = seeded(3);
const NOISE = Uint8Array.from({ length: 3_000 }, () => random() * 256);
const nameOf = (index: number): string => `note-${String(index).padStart(3, '0')}.md`;
const textOf = (name: string): string => `# ${name}\n\nThe ${name} is about bicycles and lunch.\n`;

/**
 * Queue settings as deployed, except for a short publication delay. Other waits are shortened only by the
 * function itself.
 */
const AS_DEPLOYED: Surroundings = {
  maxReceiveCount: 30,
  visibilityTimeoutSeconds: 5_400,
  publishDelaySeconds: 1,
};

const statsOf = async ({ workspace }: IngestFunction) =>
  (await workspace.corpus(await workspace.collection())).stats();

/** Documents of the collection, if it exists. */
const documentsIn = (ingest: IngestFunction): Promise<number> =>
  statsOf(ingest).then(
    ({ documents }) => documents,
    () => 0,
  );

/** Waits until the queues are empty; returns the warnings logged meanwhile. */
async function warningsUntilDrained(
  { services }: IngestFunction,
  put: () => Promise<unknown>,
): Promise<Line[]> {
  const isEmpty = (queue: typeof services.queue): boolean => {
    const { waiting, inFlight } = queue!.counts();
    return waiting + inFlight === 0;
  };
  const { lines } = await captured(async () => {
    await put();
    while (!isEmpty(services.queue) || !isEmpty(services.publications)) await sleep(50);
  });
  return lines.map((line) => JSON.parse(line) as Line).filter(({ level }) => level === 'WARN');
}
interface Line {
  readonly level?: string;
  readonly message: string;
  readonly key?: string;
  readonly code: string;
}
const reported = (lines: readonly Line[]): Line[] =>
  lines.filter(({ message }) => /could not be read|dead-letter queue/.test(message));

describe('a queue with poison documents', { timeout: 5 * MINUTE_MS }, () => {
  it('ingests 97 of 100 documents and reports three, while one read in ten fails', async () => {
    const ingest = await ingestFunction({}, undefined, {
      ...AS_DEPLOYED,
      model: { latencyMs: 1, faultRate: 0.1, seed: 7 },
    });
    const startedMs = performance.now();
    const warnings = await warningsUntilDrained(ingest, async () => {
      await ingest.write('damaged.pdf', NOISE);
      for (let index = 0; index < 97; index++) await ingest.write(nameOf(index), textOf(nameOf(index)));
      await ingest.write('unknown.xyz', NOISE);
      ingest.services.queue!.send({ body: 'no event', messageGroupId: 'default' });
    });
    expect(await statsOf(ingest)).toMatchObject({ documents: 97 });
    expect(reported(warnings)).toHaveLength(3);
    expect(ingest.services.deadLetters!.counts().waiting).toBe(1);
    expect(await ingest.workspace.catalogue('default').find()).toMatchObject({ chunks: 97 });
    expect(performance.now() - startedMs).toBeLessThan(2 * MINUTE_MS);
  });

  it.each([
    ['whose reads fail for good', { status: 500, code: 'InternalError' }, 'STORAGE_UNAVAILABLE', 2],
    ['that are denied', { status: 403, code: 'AccessDenied' }, 'ACCESS_DENIED', 2],
    ['whose storage class cannot be read', { status: 403, code: 'InvalidObjectState' }, 'ACCESS_DENIED', 2],
    ['whose reads never end', { delayMs: 10 * MINUTE_MS }, 'DEADLINE_EXCEEDED', 1],
  ] satisfies [string, ProxyFault, string, number][])(
    'dead-letters objects %s, and ingests all other documents within two minutes',
    async (_, fault, code, count) => {
      const poison = ['poison-a.md', 'poison-b.md'].slice(0, count);
      const ingest = await ingestFunction({}, undefined, {
        ...AS_DEPLOYED,
        through: async (endpoint) => {
          const proxy = await startFaultProxy(endpoint);
          onTestFinished(() => proxy.stop());
          proxy.decide = ({ method, path }) => (method === 'GET' && /poison/.test(path) ? fault : 'pass');
          return proxy.url;
        },
      });
      const notes = Array.from({ length: 11 }, (_each, index) => nameOf(index));
      const names = [...poison.slice(0, 1), ...notes, ...poison.slice(1)];
      const startedMs = performance.now();
      let othersInMs = Number.POSITIVE_INFINITY;
      const warnings = await warningsUntilDrained(ingest, async () => {
        for (const name of names) await ingest.write(name, textOf(name));
        while ((await documentsIn(ingest)) < 11) await sleep(500);
        othersInMs = performance.now() - startedMs;
      });
      expect(othersInMs).toBeLessThan(2 * MINUTE_MS);
      expect(await statsOf(ingest)).toMatchObject({ documents: 11 });
      expect(reported(warnings).map(({ key, code: told }) => [key, told])).toEqual(
        expect.arrayContaining(poison.map((name) => [DOCUMENTS + name, code])),
      );
      expect(ingest.services.deadLetters!.counts().waiting).toBe(count);
      expect(await ingest.workspace.catalogue('default').find()).toMatchObject({ chunks: 11 });
    },
  );

  it('dead-letters a document that crashed the function twice, and ingests the others', async () => {
    const ingest = await ingestFunction();
    const event = (key: string): string =>
      JSON.stringify({
        'detail-type': 'Object Created',
        detail: { bucket: { name: 'laptop' }, object: { key: DOCUMENTS + key } },
      });
    const names = ['a.md', 'deadly.md', 'b.md'];
    const folder = join(ingest.folder, DOCUMENTS);
    await mkdir(folder, { recursive: true });
    // Bypasses the queue.
    for (const name of names) await writeFile(join(folder, name), textOf(name));
    await ingest.workspace.storage.write('default/attempts/message-1', new Uint8Array());
    const Records = names.map((name, index) => ({
      messageId: `message-${index}`,
      body: event(name),
      attributes: { ApproximateReceiveCount: '3' },
    }));
    expect(await ingest.invoke({ Records })).toEqual({ batchItemFailures: [] });
    expect(ingest.services.deadLetters!.receive({ max: 10 })).toMatchObject([{ body: event('deadly.md') }]);
    expect(await statsOf(ingest)).toMatchObject({ documents: 2 });
    // The recorded attempt was deleted, so a later upload is processed again.
    expect(await ingest.invoke({ Records })).toEqual({ batchItemFailures: [] });
    expect(await statsOf(ingest)).toMatchObject({ documents: 3 });
  });
});
