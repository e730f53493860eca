import type { Hono } from 'hono';
import { estimateCost, loadPrices } from '../../src/api/cost/index.ts';
import { createApp } from '../../src/api/http/index.ts';
import {
  RagService,
  type RagServiceParts,
  type ServedRecord,
  snapshotEngine,
} from '../../src/api/service/index.ts';
import { DEFAULT_SWITCHES } from '../../src/api/switches/index.ts';
import { ensureCollection } from '../../src/corpus/index.ts';
import { publishVersion } from '../../src/indexes/publish.ts';
import { create as hashing } from '../../src/models/embedders/hashing/index.ts';
import { createGenerator } from '../../src/models/generators/index.ts';
import { createReranker } from '../../src/models/rerankers/index.ts';
import { testSettings } from './chunks.ts';
import { MemoryStorage } from './memory-storage.ts';
import { buildInto, snapshotDocuments } from './snapshot.ts';

/** Dimensions of the vectors in the collection `test` of {@link testService}. */
export const DIMENSIONS = 16;

export interface TestService {
  readonly service: RagService;
  readonly storage: MemoryStorage;
  /** What the service recorded about each request, in order. */
  readonly records: ServedRecord[];
}

/**
 * A service over a published snapshot of 40 documents with hashed vectors (collection `test`); the collection
 * `empty` has no vectors and nothing published. `parts` replaces parts of the service.
 */
export async function testService(parts: Partial<RagServiceParts> = {}): Promise<TestService> {
  const storage = new MemoryStorage();
  const settings = testSettings(DIMENSIONS);
  await ensureCollection(storage, settings);
  await ensureCollection(storage, testSettings(0, 'empty'));
  const writes = snapshotDocuments({ documents: 40, dimensions: DIMENSIONS });
  const { manifest } = await buildInto(storage, writes, settings);
  await publishVersion(storage, 'test/', manifest, { writer: 'test' });
  const prices = await loadPrices('us-east-1');
  const records: ServedRecord[] = [];
  const service = new RagService({
    engine: snapshotEngine({ storage }),
    embedderOf: async ({ dimensions }) => (dimensions === 0 ? undefined : hashing({ dimensions })),
    reranker: () => createReranker('none', {}),
    generator: () => createGenerator('extractive', {}),
    defaults: { collection: 'test', collections: ['empty'], mode: 'auto', answerTopK: 5, answer: {} },
    host: { functionName: 'retrieve', memoryMb: 1_769, architecture: 'x86_64', gateway: 'rest' },
    switches: async () => DEFAULT_SWITCHES,
    costOf: (use) => estimateCost(use, prices),
    record: (record) => void records.push(record),
    ...parts,
  });
  return { service, storage, records };
}

/** The API over a service; unexpected errors are collected in `unexpected`. */
export function testApp(service: RagService): { readonly app: Hono; readonly unexpected: unknown[] } {
  const unexpected: unknown[] = [];
  let requests = 0;
  const app = createApp(service, {
    contextOf: ({ req }) => ({ requestId: `request-${++requests}`, signal: req.raw.signal }),
    onUnexpected: (error) => unexpected.push(error),
  });
  return { app, unexpected };
}

/** A POST of JSON. */
export const posted = (body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
