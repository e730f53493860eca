import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Services, startServices } from '../../../../src/laptop/index.ts';
import { dynamodbService } from '../../../../src/laptop/services/dynamodb/service.ts';
import { rawHttp, signedAs } from '../../../support/raw-http.ts';

/** Returns the error with which `work` rejects, and fails the test if it resolves. */
const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.unreachable('it was done'),
    (error: unknown) => error,
  );

let services: Services;
beforeAll(async () => {
  services = await startServices({
    buckets: {},
    model: 'none',
    tables: [{ name: 'srag-cache', partitionKey: 'key', ttlAttribute: 'expires' }],
  });
});
afterAll(() => services?.close());

async function ask(
  target: string,
  body: string | object,
  headers: Record<string, string> = signedAs('AKIALAPTOPx', 'ssm'),
): Promise<{
  status: number;
  type: string;
  message: string;
  headers: Record<string, unknown>;
  body: string;
}> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await rawHttp(services.endpoint, 'POST', '/', { ...headers, 'x-amz-target': target }, text);
  const { __type: type = '', message = '' } = JSON.parse(answer.body);
  return { ...answer, type, message };
}

describe('JSON services', () => {
  it.each([
    ['AmazonSSM.DescribeParameters', 'AmazonSSM.DescribeParameters is not supported by the laptop.'],
    ['DynamoDB_20120810.Query', 'DynamoDB_20120810.Query is not supported by the laptop.'],
    ['AmazonSQS.SendMessageBatch', 'AmazonSQS.SendMessageBatch is not supported by the laptop.'],
    ['AWSStepFunctions.StopExecution', 'AWSStepFunctions.StopExecution is not supported by the laptop.'],
    ['AmazonSSM.constructor', 'AmazonSSM.constructor is not supported by the laptop.'],
    ['TrentService.Decrypt', 'TrentService.Decrypt is not supported by the laptop.'],
    ['', 'POST / is not supported by the laptop.'],
  ])('refuse the operation %s with an error that names it', async (target, message) => {
    const answer = await ask(target, {});
    expect([answer.status, answer.type.split('#')[1], answer.message]).toEqual([
      400,
      'UnknownOperationException',
      message,
    ]);
  });

  it.each([
    [
      'AmazonSSM.GetParametersByPath',
      { Path: '/x', ParameterFilters: [] },
      'ValidationException',
      'ParameterFilters',
    ],
    [
      'AmazonSSM.PutParameter',
      { Name: '/x', Value: 'x', Type: 'String', Tags: [] },
      'ValidationException',
      'Tags',
    ],
    ['AmazonSSM.DeleteParameter', { Name: '/x:3' }, 'ValidationException', 'versions and labels'],
    [
      'DynamoDB_20120810.GetItem',
      { TableName: 'srag-cache', Key: { key: { S: 'x' } }, ProjectionExpression: 'a' },
      'ValidationException',
      'ProjectionExpression',
    ],
    [
      'DynamoDB_20120810.PutItem',
      { TableName: 'srag-cache', Item: { key: { S: 'x' } }, ConditionExpression: 'size(a) > :n' },
      'ValidationException',
      'ConditionExpression',
    ],
    [
      'DynamoDB_20120810.PutItem',
      { TableName: 'srag-cache', Item: { key: { S: 'x' }, yes: { BOOL: true } } },
      'ValidationException',
      'The type BOOL is not supported',
    ],
    [
      'DynamoDB_20120810.PutItem',
      { TableName: 'srag-cache', Item: { key: { S: 'x' }, n: { N: '1.5' } } },
      'ValidationException',
      "The number '1.5' is not supported",
    ],
    [
      'AmazonSQS.SendMessage',
      { QueueUrl: 'q', MessageBody: 'x', MessageGroupId: 'g', DelaySeconds: 5 },
      'InvalidParameterValue',
      'DelaySeconds',
    ],
  ] as const)(
    'refuse unsupported parameters of %s with an error that names them',
    async (target, body, code, part) => {
      const answer = await ask(target, body);
      expect([answer.status, answer.type.split('#')[1]]).toEqual([400, code]);
      expect(answer.message).toContain(part);
    },
  );

  it('refuse bodies that are not JSON objects, are too large or are nested too deeply', async () => {
    for (const body of ['{', '[]', '"x"', 'null', '{"a":']) {
      const answer = await ask('AmazonSSM.GetParametersByPath', body);
      expect([answer.status, answer.type]).toEqual([400, 'com.amazonaws.ssm#SerializationException']);
    }
    const large = await ask('AmazonSSM.GetParametersByPath', { Path: 'x'.repeat(300_000) });
    expect([large.status, large.type]).toEqual([413, 'com.amazonaws.ssm#RequestEntityTooLargeException']);
    const deep = `{"TableName":"srag-cache","Item":{"key":${'{"M":{"a":'.repeat(20_000)}1${'}}'.repeat(20_000)}}}`;
    const nested = await ask('DynamoDB_20120810.PutItem', deep);
    expect([nested.status, nested.message]).toEqual([400, 'The type M is not supported by the laptop']);
  });

  it('refuse requests without a signature and requests with an incomplete one', async () => {
    const bare = await ask('AmazonSSM.GetParametersByPath', { Path: '/x' }, {});
    expect(bare.type).toBe('com.amazonaws.ssm#MissingAuthenticationToken');
    const half = await ask(
      'AmazonSSM.GetParametersByPath',
      { Path: '/x' },
      { authorization: 'AWS4-HMAC-SHA256' },
    );
    expect(half.type).toBe('com.amazonaws.ssm#IncompleteSignature');
  });

  it('also send the older names of SQS errors, in the header x-amzn-query-error', async () => {
    const answer = await ask('AmazonSQS.SendMessage', {
      QueueUrl: 'http://x/none.fifo',
      MessageBody: 'x',
      MessageGroupId: 'g',
    });
    expect(answer.headers['x-amzn-query-error']).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender');
  });

  it('include DynamoDB with the configured tables', async () => {
    const key = { key: { S: 'x' } };
    await ask('DynamoDB_20120810.PutItem', { TableName: 'srag-cache', Item: { ...key, v: { S: '1' } } });
    const { body } = await ask('DynamoDB_20120810.GetItem', { TableName: 'srag-cache', Key: key });
    expect(JSON.parse(body)).toEqual({ Item: { ...key, v: { S: '1' } } });
  });
});

describe('expired items', () => {
  it('are returned for some minutes, then deleted, if their TTL attribute is a number', async () => {
    let nowMs = 1_000_000_000;
    const { operations } = dynamodbService(
      [{ name: 'cache', partitionKey: 'key', ttlAttribute: 'expires' }],
      () => nowMs,
    );
    const call = { headers: {}, signal: new AbortController().signal };
    const put = (key: string, expires: object) =>
      operations.PutItem!({ TableName: 'cache', Item: { key: { S: key }, expires } }, call);
    const keys = async (): Promise<string[]> => {
      const found: string[] = [];
      for (const key of ['soon', 'later', 'text']) {
        const read = await operations.GetItem!({ TableName: 'cache', Key: { key: { S: key } } }, call);
        if ('Item' in read) found.push(key);
      }
      return found;
    };
    await put('soon', { N: String(nowMs / 1_000 + 10) });
    await put('later', { N: String(nowMs / 1_000 + 100_000) });
    await put('text', { S: '1' });
    nowMs += 300_000;
    await put('other', { S: 'x' });
    expect(await keys()).toEqual(['soon', 'later', 'text']);
    nowMs += 400_000;
    await put('other', { S: 'x' });
    expect(await keys()).toEqual(['later', 'text']);
  });
});

describe('starting the services', () => {
  it('refuses invalid settings and ports in use', async () => {
    const taken = Number(new URL(services.endpoint).port);
    const start = (options: object) => refusal(startServices({ buckets: {}, ...options }));
    expect(await start({ port: taken })).toMatchObject({
      code: 'INVALID_ARGUMENT',
      fields: { field: 'port' },
    });
    expect(await start({ model: { latencyMs: -1 } })).toMatchObject({ fields: { field: 'latencyMs' } });
    expect(await start({ ingest: { rules: [], batchSize: 11 } })).toMatchObject({
      fields: { field: 'batchSize', value: 11 },
    });
  });
});
