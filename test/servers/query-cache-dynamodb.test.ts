import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cacheKey, openQueryCache } from '../../src/api/query-cache/index.ts';
import { AwsJsonRpc } from '../../src/io/remote/index.ts';
import { queryCacheConformance } from '../conformance/query-cache/suite.ts';
import { countedUsage } from '../support/cache-usage.ts';
import { startDynamoDbLocal } from './aws-servers.ts';

const settings = (endpoint: string) => ({
  region: 'us-east-1',
  endpoint,
  credentials: { accessKeyId: 'testkey', secretAccessKey: 'testsecret' },
});

async function startTable() {
  const server = await startDynamoDbLocal();
  const aws = settings(server.endpoint);
  const rpc = new AwsJsonRpc('dynamodb', { ...aws, timeoutMs: 20_000 });
  const table = `answers-${randomUUID()}`;
  await rpc.call('CreateTable', {
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
  });
  return { server, aws, rpc, table };
}

queryCacheConformance('dynamodb', async () => {
  const { server, aws, rpc, table } = await startTable();
  return {
    open: (now) => openQueryCache(`dynamodb:${table}`, { now, aws }),
    keeps: true,
    isShared: true,
    isBilled: true,
    damage: async (key, bytes) => {
      await rpc.call('PutItem', {
        TableName: table,
        Item: { key: { S: key }, value: { B: Buffer.from(bytes).toString('base64') } },
      });
    },
    stop: async () => {
      rpc.close();
      await server.stop();
    },
  };
});

describe('the query cache on DynamoDB Local', () => {
  it("stores expiry times in the format of the table's time to live, and counts capacity units as the service does", async () => {
    const { server, aws, rpc, table } = await startTable();
    try {
      await rpc.call('UpdateTimeToLive', {
        TableName: table,
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      });
      const cache = await openQueryCache(`dynamodb:${table}`, { aws, now: () => 10_000 });
      const noise = Array.from({ length: 3_000 }, (_, at) => `${(at * 7_919) % 104_729}`).join('');
      const parts = {
        collection: 'c',
        index: { kind: 'snapshot', version: '1' },
        options: {},
        embedder: 'none',
      };
      const key = cacheKey({ kind: 'answer', ...parts });
      const written = countedUsage();
      await cache.put(key, { createdAtMs: 1, body: { noise } }, 90, written);
      const counted = { ReturnConsumedCapacity: 'TOTAL', TableName: table };
      const read = (await rpc.call('GetItem', { ...counted, Key: { key: { S: key } } })) as {
        Item: { expiresAt: { N: string } };
        ConsumedCapacity: { CapacityUnits: number };
      };
      expect(read.Item.expiresAt).toEqual({ N: '100' });
      const found = countedUsage();
      await cache.get(key, found);
      expect(found.use.reads).toBe(read.ConsumedCapacity.CapacityUnits);
      const again = (await rpc.call('PutItem', { ...counted, Item: read.Item })) as typeof read;
      expect(written.use.writes).toBe(again.ConsumedCapacity.CapacityUnits);
      await cache.close();
    } finally {
      rpc.close();
      await server.stop();
    }
  });

  it('reports a missing table', async () => {
    const server = await startDynamoDbLocal();
    try {
      const cache = await openQueryCache('dynamodb:no-such-table', { aws: settings(server.endpoint) });
      await expect(cache.get('a'.repeat(64))).rejects.toMatchObject({
        code: 'AWS_REFUSED',
        fields: { type: 'ResourceNotFoundException', status: 400 },
      });
      await cache.close();
    } finally {
      await server.stop();
    }
  });
});
