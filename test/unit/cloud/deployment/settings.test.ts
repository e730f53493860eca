import { describe, expect, it } from 'vitest';
import {
  deploymentName,
  infraSettings,
  reservedEnvironments,
  usedModels,
} from '../../../../src/cloud/deployment/index.ts';
import { deploymentSchema } from '../../../../src/config/deployment-schema.ts';

const config = (deploy: object = {}, more: object = {}) => ({
  collection: 'default',
  collections: [],
  signing: {},
  mode: 'auto' as const,
  embedder: 'none',
  embedderSettings: {},
  generator: 'extractive',
  generatorSettings: {},
  reranker: 'none',
  rerankerSettings: {},
  answer: { topK: 8 },
  ...more,
  deploy: deploymentSchema.parse(deploy),
});

describe('the name of a deployment', () => {
  it.each([
    ['default', 'srag-default'],
    ['my_handbook-2', 'srag-my-handbook-2'],
    // The name has at most 32 characters and ends with a letter or digit.
    ['a123456789-b123456789-c1234-d123456789', 'srag-a123456789-b123456789-c1234'],
    ['a123456789-b123456789-c12-4-d123456789', 'srag-a123456789-b123456789-c12-4'],
    ['a123456789-b123456789-c1234_d', 'srag-a123456789-b123456789-c1234'],
  ])('of collection %s is %s', (collection, name) => {
    expect(deploymentName({ ...config(), collection })).toBe(name);
  });

  it('is the configured name, if there is one', () => {
    expect(deploymentName(config({ name: 'prod' }))).toBe('prod');
    expect(() => config({ name: 'Prod' })).toThrow();
  });
});

describe('the settings of the CDK app', () => {
  it('are minimal for an empty configuration', () => {
    expect(infraSettings(config(), undefined, '/build')).toEqual({
      name: 'srag-default',
      functions: '/build',
      collection: 'default',
      collections: [],
      answer: { topK: 8 },
      engine: 'snapshot',
      auth: { kind: 'iam' },
      corsOrigins: [],
      waf: false,
      kms: false,
      versioned: false,
      cache: 'none',
      ingest: true,
      switches: {},
      logRetentionDays: 30,
      metrics: 'essential',
      logText: false,
      apiGatewayLogRole: true,
      tags: {},
    });
  });

  it('contain the configuration except region and profile, which configure CDK itself', () => {
    const settings = infraSettings(
      config(
        {
          region: 'eu-west-1',
          profile: 'work',
          functions: 'elsewhere',
          auth: { kind: 'api-key', requestsPerDay: 5 },
        },
        {
          embedder: 'bedrock-titan',
          embedderSettings: { dimensions: 512 },
          index: 'snapshot@1',
          mode: 'hybrid',
        },
      ),
      { bucket: 'b', prefix: 'p/q' },
      '/build',
    );
    expect(settings).toMatchObject({
      functions: '/build',
      bucket: 'b',
      prefix: 'p/q',
      embedder: { name: 'bedrock-titan', settings: { dimensions: 512 } },
      index: 'snapshot@1',
      mode: 'hybrid',
      auth: { kind: 'api-key', requestsPerDay: 5 },
    });
    for (const name of ['region', 'profile', 'generator', 'reranker'])
      expect(settings).not.toHaveProperty(name);
  });
});

describe('reserved environments', () => {
  it.each([
    [{}, 86],
    [{ ingest: false }, 81],
    [{ reservedConcurrency: 5 }, 26],
    [{ reservedConcurrency: 'unreserved' }, 0],
    [{ reservedConcurrency: { retrieve: 100, stream: 'unreserved' } }, 146],
  ])('%j: %i', (deploy, environments) => {
    expect(reservedEnvironments(config(deploy).deploy)).toBe(environments);
  });
});

describe('models of Bedrock', () => {
  it('are those of the configured adapters, or the defaults of these adapters', () => {
    const used = usedModels(
      config(
        {},
        {
          embedder: 'bedrock-titan',
          generator: 'bedrock',
          generatorSettings: { model: 'us.amazon.nova-lite-v1:0', region: 'us-east-1' },
          reranker: 'bedrock',
        },
      ),
    );
    expect(used).toEqual([
      { purpose: 'embedder', model: 'amazon.titan-embed-text-v2:0', region: undefined },
      { purpose: 'generator', model: 'us.amazon.nova-lite-v1:0', region: 'us-east-1' },
      { purpose: 'reranker', model: 'cohere.rerank-v3-5:0', region: undefined },
    ]);
    expect(
      usedModels(config({}, { generator: 'openai-compatible', generatorSettings: { model: 'm' } })),
    ).toEqual([]);
  });
});
