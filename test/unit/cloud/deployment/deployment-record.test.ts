import { describe, expect, it } from 'vitest';
import {
  createdServers,
  forgetDeployment,
  readDeployment,
  recordOf,
  requireDeployment,
  writeDeployment,
} from '../../../../src/cloud/deployment/index.ts';
import { MemoryStorage } from '../../../support/memory-storage.ts';

const OUTPUTS = {
  ApiUrl: 'https://abc.execute-api.eu-west-1.amazonaws.com/v1',
  Region: 'eu-west-1',
  Auth: 'api-key',
  ApiKeyId: 'k1',
  Location: 's3://made/srag',
  Bucket: 'made',
  Documents: 's3://made/srag/_documents/default/',
  Switches: '/srag/demo',
  Dashboard: 'demo',
  QueryStateMachine: 'arn:aws:states:eu-west-1:123456789012:stateMachine:demo-query',
};
const KNOWN = {
  name: 'demo',
  collection: 'default',
  engine: 'snapshot',
  ownsBucket: true,
  version: '0.1.0',
  deployedAt: '2026-11-24T12:00:00.000Z',
};

describe('deployment.json', () => {
  it("contains the stack's outputs and no secrets", async () => {
    const storage = new MemoryStorage();
    const record = recordOf(OUTPUTS, KNOWN);
    await writeDeployment(storage, record);
    expect(await requireDeployment(storage)).toEqual(record);
    expect(record).toMatchObject({
      apiUrl: OUTPUTS.ApiUrl,
      auth: 'api-key',
      apiKeyId: 'k1',
      bucket: 'made',
      location: 's3://made/srag',
    });
    const text = Buffer.from((await storage.read('deployment.json')).bytes).toString();
    expect(text).not.toMatch(/secret|token|value/i);
  });

  it('contains the servers that the deployment created', async () => {
    const storage = new MemoryStorage();
    const servers = { OpenSearchUrl: 'https://abc.aoss.eu-west-1.on.aws', VectorBucket: 'demo-vectors' };
    await writeDeployment(storage, recordOf({ ...OUTPUTS, ...servers }, KNOWN));
    expect(createdServers(await requireDeployment(storage))).toEqual([
      'OpenSearch server https://abc.aoss.eu-west-1.on.aws',
      'vector bucket demo-vectors',
    ]);
    expect(createdServers(recordOf(OUTPUTS, KNOWN))).toEqual([]);
  });

  it('causes NO_DEPLOYMENT with a remedy if it is missing', async () => {
    const storage = new MemoryStorage();
    expect(await readDeployment(storage)).toBeUndefined();
    await expect(requireDeployment(storage)).rejects.toMatchObject({
      code: 'NO_DEPLOYMENT',
      remedy: /srag deploy/,
    });
  });

  it('is deleted by forgetDeployment', async () => {
    const storage = new MemoryStorage();
    await writeDeployment(storage, recordOf(OUTPUTS, KNOWN));
    await forgetDeployment(storage);
    expect(await readDeployment(storage)).toBeUndefined();
  });

  it.each([['{'], ['{}'], [JSON.stringify({ formatVersion: 2 })]])(
    'causes DAMAGED_STORE with a remedy if it contains %s',
    async (text) => {
      const storage = new MemoryStorage();
      await storage.write('deployment.json', Buffer.from(text));
      await expect(readDeployment(storage)).rejects.toMatchObject({
        code: 'DAMAGED_STORE',
        remedy: /srag deploy/,
      });
    },
  );

  it('is not created from incomplete outputs', () => {
    const { Location: _, ...outputs } = OUTPUTS;
    expect(() => recordOf(outputs, KNOWN)).toThrow(
      expect.objectContaining({ code: 'DEPLOYMENT_FAILED', message: expect.stringContaining("'location'") }),
    );
  });
});
