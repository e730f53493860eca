import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Switches } from '../../src/api/switches/index.ts';
import { AwsJsonRpc } from '../../src/io/remote/index.ts';
import { type AwsServer, startMoto } from './aws-servers.ts';

describe('switches on the SSM of moto', () => {
  let server: AwsServer;
  let rpc: AwsJsonRpc;
  const warnings: string[] = [];
  const settings = () => ({
    region: 'us-east-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'testkey', secretAccessKey: 'testsecret' },
  });
  const set = (name: string, Value: string) =>
    rpc.call('PutParameter', { Name: `/srag/real/${name}`, Value, Type: 'String', Overwrite: true });
  const open = () =>
    Switches.open({
      path: '/srag/real',
      aws: settings(),
      indexKinds: ['snapshot'],
      firstWaitMs: 20_000,
      readMs: 20_000,
      warn: (message) => warnings.push(message),
    });

  beforeAll(async () => {
    server = await startMoto();
    rpc = new AwsJsonRpc('ssm', { ...settings(), timeoutMs: 20_000 });
  });
  afterAll(async () => {
    rpc?.close();
    await server?.stop();
  });

  it('are read, changed and removed, across several pages', async () => {
    await set('warmup', 'off');
    await set('query-cache-minutes', '7.5');
    await set('index', 'snapshot@20261124');
    await set('prices', '{"lambda.requests": 1e-7}');
    for (let count = 0; count < 25; count++) await set(`unknown-${count}`, 'x');
    const switches = await open();
    expect(switches.current()).toEqual({
      warmup: false,
      queryCache: true,
      queryCacheMinutes: 7.5,
      compression: false,
      index: 'snapshot@20261124',
      prices: { 'lambda.requests': 1e-7 },
    });
    expect(warnings).toHaveLength(25);
    await set('warmup', 'on');
    await rpc.call('DeleteParameter', { Name: '/srag/real/index' });
    await switches.refresh();
    expect(switches.current()).toMatchObject({ warmup: true });
    expect(switches.current().index).toBeUndefined();
    switches.close();
  });
});
