import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SragError } from '../../../../src/core/index.ts';
import { AwsJsonRpc, type AwsRpcSettings, awsRpcSettings } from '../../../../src/io/remote/index.ts';
import {
  type AwsJsonServer,
  awsJsonSettings,
  startAwsJsonServer,
  TEST_AWS_KEY,
} from '../../../support/aws-json-server.ts';
import { until } from '../../../support/http-server.ts';

const QUICK = { retryEnvironment: { random: () => 0, sleep: async () => {} } };
const INPUT = { Path: '/srag/test' };

let server: AwsJsonServer;
let rpc: AwsJsonRpc;
const open = (settings: Partial<AwsRpcSettings> = {}, service: 'ssm' | 'dynamodb' = 'ssm'): AwsJsonRpc => {
  rpc = new AwsJsonRpc(service, { ...awsJsonSettings(server), ...QUICK, ...settings });
  return rpc;
};
const failureOf = (run: Promise<unknown>): Promise<SragError> =>
  run.then(
    () => {
      throw new Error('It should have failed.');
    },
    (error: SragError) => error,
  );

beforeEach(async () => {
  server = await startAwsJsonServer();
  server.parameters.set('/srag/test/warmup', 'off');
});
afterEach(async () => {
  rpc?.close();
  await server.stop();
});

describe('AwsJsonRpc', () => {
  it('signs calls, names the service, operation and version, and returns the response', async () => {
    expect(await open().call('GetParametersByPath', INPUT)).toEqual({
      Parameters: [{ Name: '/srag/test/warmup', Value: 'off', Type: 'String', Version: 1 }],
    });
    expect(server.requests[0]).toMatchObject({ method: 'POST', rawPath: '/', body: JSON.stringify(INPUT) });
    expect(server.requests[0]?.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonSSM.GetParametersByPath',
      'x-amz-security-token': TEST_AWS_KEY.sessionToken,
    });
    expect(server.requests[0]?.headers.authorization).toMatch(/AKIDEXAMPLE\/\d{8}\/eu-central-1\/ssm\/aws4/);
  });

  it('throws ACCESS_DENIED if its secret key is wrong', async () => {
    const credentials = { ...TEST_AWS_KEY, secretAccessKey: 'other' };
    const error = await failureOf(open({ credentials }).call('GetParametersByPath', INPUT));
    expect(error).toMatchObject({ code: 'ACCESS_DENIED', fields: { type: 'InvalidSignatureException' } });
    expect(server.requests).toHaveLength(1);
  });

  it('uses the service name and target of DynamoDB', async () => {
    server.tables.set('cache', new Map());
    const input = { TableName: 'cache', Key: { key: { S: '한국어 키' } } };
    expect(await open({}, 'dynamodb').call('GetItem', input)).toEqual({});
    expect(server.requests[0]?.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.GetItem',
    });
  });

  it('reuses its connection', async () => {
    const client = open();
    const ports: unknown[] = [];
    for (let call = 0; call < 3; call++) await client.call('GetParametersByPath', INPUT);
    for (const { headers } of server.requests) ports.push(headers.connection);
    expect(ports).toEqual(['keep-alive', 'keep-alive', 'keep-alive']);
  });

  it.each([
    [400, 'ThrottlingException', 'THROTTLED'],
    [400, 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException', 'THROTTLED'],
    [429, 'Whatever', 'THROTTLED'],
    [500, 'InternalServerError', 'AWS_UNAVAILABLE'],
    [503, undefined, 'AWS_UNAVAILABLE'],
  ])('retries after %i %s, with at most three attempts', async (status, type, code) => {
    const fault = { kind: 'status', status, ...(type === undefined ? {} : { type }) } as const;
    server.faults.push(fault, fault);
    expect(await open().call('GetParametersByPath', INPUT)).toHaveProperty('Parameters');
    expect(server.requests).toHaveLength(3);
    server.faults.push(fault, fault, fault);
    const error = await failureOf(rpc.call('GetParametersByPath', INPUT));
    expect(error).toMatchObject({ code, fields: { status, attempts: 3, retryable: true } });
    expect(error.message).toMatch(/^SSM GetParametersByPath: /);
    expect(server.requests).toHaveLength(6);
  });

  it.each([
    [400, 'ValidationException', 'AWS_REFUSED', true],
    [400, 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', 'AWS_REFUSED', false],
    [400, 'AccessDeniedException', 'ACCESS_DENIED', true],
    [403, 'Odd', 'ACCESS_DENIED', false],
  ])('does not retry after %i %s', async (status, type, code, header) => {
    server.faults.push({ kind: 'status', status, type, header, message: 'As the service\nsays.' });
    const error = await failureOf(open().call('GetParametersByPath', INPUT));
    expect(error).toMatchObject({ code, fields: { status, type: type.split('#').at(-1), retryable: false } });
    expect(error.message).toBe(`SSM GetParametersByPath: ${type.split('#').at(-1)}.`);
    expect(error.upstream).toBe('As the service says.');
    expect(error.remedy).toBeTruthy();
    expect(server.requests).toHaveLength(1);
  });

  it.each([{ kind: 'hang-up' }, { kind: 'cut' }] as const)(
    'retries after a broken connection: $kind',
    async (fault) => {
      server.faults.push(fault);
      expect(await open().call('GetParametersByPath', INPUT)).toHaveProperty('Parameters');
      expect(server.requests).toHaveLength(2);
    },
  );

  it('fails if nothing arrives, if the connection is refused, and on invalid JSON or a response that is too long', async () => {
    server.faults.push({ kind: 'silence' });
    const once = { attempts: 1, baseMs: 1, capMs: 1 };
    const silent = await failureOf(open({ timeoutMs: 30, retry: once }).call('GetParametersByPath', INPUT));
    expect(silent).toMatchObject({ code: 'AWS_UNAVAILABLE' });
    expect(silent.upstream).toContain('nothing arrived for 30 ms');
    server.faults.push({ kind: 'body', body: '<html>' });
    const html = await failureOf(rpc.call('GetParametersByPath', INPUT));
    expect(html.message).toContain('not JSON (6 characters)');
    server.faults.push({ kind: 'body', body: '{}', headers: { 'content-length': '5000000' } });
    expect((await failureOf(rpc.call('GetParametersByPath', INPUT))).message).toContain(
      'more than 4194304 bytes',
    );
    const nobody = new AwsJsonRpc('ssm', {
      ...awsJsonSettings(server),
      ...QUICK,
      endpoint: 'http://127.0.0.1:9',
    });
    expect(await failureOf(nobody.call('GetParametersByPath', INPUT))).toMatchObject({
      code: 'AWS_UNAVAILABLE',
    });
  });

  it('ends at its deadline during any attempt, and reports the previous error as the cause', async () => {
    server.faults.push({ kind: 'status', status: 500, type: 'InternalServerError' }, { kind: 'silence' });
    const error = await failureOf(open().call('GetParametersByPath', INPUT, { deadlineMs: 60 }));
    expect(error).toMatchObject({
      code: 'AWS_UNAVAILABLE',
      cause: { fields: { type: 'InternalServerError' } },
    });
    expect(error.message).toBe('SSM GetParametersByPath: no answer within 60 ms.');
    await until(() => server.inFlight() === 0);
  });

  it('ends when its caller aborts it, even before it starts', async () => {
    const abort = new AbortController();
    server.faults.push({ kind: 'silence' });
    const run = open().call('GetParametersByPath', INPUT, { signal: abort.signal, deadlineMs: 10_000 });
    await until(() => server.requests.length === 1);
    abort.abort();
    expect(await failureOf(run)).toMatchObject({ code: 'CANCELLED' });
    const late = failureOf(rpc.call('GetParametersByPath', INPUT, { signal: abort.signal }));
    expect(await late).toMatchObject({ code: 'CANCELLED' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('settings from the environment', () => {
  const keys = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };

  it('prefer the endpoint of the service to the endpoint for all services', () => {
    const both = { ...keys, AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_DYNAMODB: 'http://one' };
    expect(awsRpcSettings('dynamodb', both)?.endpoint).toBe('http://one');
    expect(awsRpcSettings('ssm', both)?.endpoint).toBe('http://all');
    expect(awsRpcSettings('ssm', keys)).toEqual({
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    expect(awsRpcSettings('ssm', { ...keys, AWS_SESSION_TOKEN: 'c' })?.credentials.sessionToken).toBe('c');
  });

  it.each(Object.keys(keys))('are undefined without %s', (name) => {
    expect(awsRpcSettings('ssm', { ...keys, [name]: '' })).toBeUndefined();
  });
});
