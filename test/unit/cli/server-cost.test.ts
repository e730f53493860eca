import { describe, expect, it } from 'vitest';
import { loadPrices, projectMonth } from '../../../src/api/cost/index.ts';
import { serverLines, serverUse, unpricedServers } from '../../../src/cli/server-cost.ts';
import { deploymentSchema } from '../../../src/config/deployment-schema.ts';

const servers = (given: object) => deploymentSchema.parse(given);
const idle = { requests: 0, storedGb: 2, canaryMinutes: 0 };

describe('the monthly use of servers', () => {
  it('is only storage while they are idle', () => {
    const created = servers({ opensearch: { create: 'serverless' }, s3Vectors: { create: true } });
    expect(serverUse(created, idle)).toEqual({
      fixed: [
        { price: 'opensearch.serverless-storage', quantity: 2 },
        { price: 's3-vectors.storage', quantity: 2 },
      ],
      used: [{ price: 'opensearch.ocu', quantity: 0 }],
    });
  });

  it('is a capacity unit for the ten minutes after each question, at most for all hours', () => {
    const created = servers({ opensearch: { create: 'serverless' } });
    const hours = (use: object) => serverUse(created, { ...idle, ...use }).used[0]?.quantity;
    expect(hours({ requests: 60 })).toBeCloseTo(10);
    expect(hours({ requests: 100_000 })).toBe(730);
    expect(hours({ canaryMinutes: 60 })).toBeCloseTo(730 / 6);
    expect(hours({ canaryMinutes: 5 })).toBe(730);
  });

  it('includes the capacity that is kept while nothing is searched', () => {
    const awake = servers({ opensearch: { create: 'serverless', minOcu: 2 } });
    expect(serverUse(awake, { ...idle, requests: 100_000 })).toEqual({
      fixed: [
        { price: 'opensearch.ocu', quantity: 1_460 },
        { price: 'opensearch.serverless-storage', quantity: 2 },
      ],
      used: [{ price: 'opensearch.ocu', quantity: 0 }],
    });
  });

  it('is empty for existing servers, whose prices are reported as missing', () => {
    const existing = servers({
      opensearch: { url: 'https://search.example.com' },
      s3Vectors: { bucket: 'vectors' },
    });
    expect(serverUse(existing, idle)).toEqual({ fixed: [], used: [] });
    expect(unpricedServers(existing)).toEqual(['existing OpenSearch server', 'queries of S3 Vectors']);
  });

  it('includes the hours of the nodes and the volumes of a domain', async () => {
    const monthOf = async (domain: object) => {
      const { fixed, used } = serverUse(servers({ opensearch: { create: 'domain', ...domain } }), idle);
      expect(used).toEqual([]);
      const plan = { requestsPerMonth: 0, cacheHitRate: 0, coldShare: 0, warm: {}, cold: {}, fixed };
      return projectMonth({ ...plan, atRest: { storageBytes: 0 } }, await loadPrices('us-east-1'));
    };
    const { lines } = await monthOf({ instances: 2 });
    expect(serverLines(lines).map(({ name, quantity }) => [name, quantity])).toEqual([
      ['fixed.opensearch.r7g.large', 1_460],
      ['fixed.opensearch.gp3', 40],
    ]);
    expect((await monthOf({ instanceType: 't3.small.search', volumeGb: 30 })).totalUsd).toBeCloseTo(
      730 * 0.036 + 30 * 0.122,
    );
    expect((await monthOf({ instanceType: 'c8g.large.search' })).unpriced).toEqual([
      'fixed.opensearch.c8g.large',
    ]);
    expect(unpricedServers(servers({ opensearch: { create: 'domain' } }))).toEqual([]);
    expect(unpricedServers(servers({}))).toEqual([]);
  });
});
