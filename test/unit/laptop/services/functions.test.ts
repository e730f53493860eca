import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type InvokeFunction,
  laptopCredentials,
  type RunExecution,
  type Services,
  type StartSyncExecution,
  startServices,
} from '../../../../src/laptop/index.ts';
import { errorName } from '../../../conformance/services/place.ts';
import { rawHttp, signedAs } from '../../../support/raw-http.ts';

const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:srag';

let services: Services;
let lambda: LambdaClient;
let stepFunctions: SFNClient;
const invoked: { name: string; text: string }[] = [];

const invoke: InvokeFunction = async (name, payload, { signal }) => {
  const text = Buffer.from(payload).toString();
  invoked.push({ name, text });
  switch (name) {
    case 'echo':
      return { statusCode: 200, payload };
    case 'throws':
      return {
        statusCode: 200,
        functionError: 'Unhandled',
        payload: Buffer.from('{"errorType":"Error","errorMessage":"thrown"}'),
      };
    case 'throttled':
      return { statusCode: 429 };
    case 'waits':
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return { statusCode: 200 };
    case 'broken':
      throw new Error('the emulator failed');
    default:
      return { statusCode: 404 };
  }
};

const startSync: StartSyncExecution = async ({ stateMachineArn, input, name }) => {
  if (stateMachineArn !== ARN) return undefined;
  const { fails } = JSON.parse(input);
  return fails === undefined
    ? { status: 'SUCCEEDED', output: JSON.stringify({ input: JSON.parse(input), name }) }
    : { status: fails, error: 'Srag.THROTTLED', cause: 'too many' };
};

const STANDARD_ARN = `${ARN}-ingest`;
let goOn: () => void;
/** An execution that ends as its input specifies, or when it is aborted. */
const runStandard: RunExecution = async ({ input, name, signal }) => {
  const { waits, fails, breaks } = JSON.parse(input);
  if (waits) {
    await new Promise<void>((resolve, reject) => {
      goOn = resolve;
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  }
  if (breaks) throw new Error('the interpreter failed');
  if (fails) return { status: 'FAILED', error: 'Srag.NO_INDEX', cause: 'none' };
  return { status: 'SUCCEEDED', output: JSON.stringify({ name }) };
};

beforeAll(async () => {
  services = await startServices({
    buckets: {},
    model: 'none',
    lambda: invoke,
    stepFunctions: startSync,
    stateMachines: { [STANDARD_ARN]: runStandard },
  });
  const settings = {
    endpoint: services.endpoint,
    region: 'us-east-1',
    credentials: laptopCredentials('functions'),
    maxAttempts: 1,
  };
  lambda = new LambdaClient(settings);
  stepFunctions = new SFNClient({ ...settings, disableHostPrefix: true });
});
afterAll(async () => {
  lambda?.destroy();
  stepFunctions?.destroy();
  await services?.close();
});

describe("Lambda's Invoke", () => {
  const call = (FunctionName: string, payload: string, more: object = {}) =>
    lambda.send(new InvokeCommand({ FunctionName, Payload: Buffer.from(payload), ...more }));

  it('passes the payload to a function, and returns its reply', async () => {
    const answer = await call('echo', '{"문":1}');
    expect([answer.StatusCode, answer.Payload?.transformToString()]).toEqual([200, '{"문":1}']);
    expect(answer).toMatchObject({ ExecutedVersion: '$LATEST' });
    expect(invoked.at(-1)).toEqual({ name: 'echo', text: '{"문":1}' });
  });

  it.each([
    [{ InvocationType: 'Event' }, 'x-amz-invocation-type: Event'],
    [{ LogType: 'Tail' }, 'x-amz-log-type: Tail'],
    [{ ClientContext: 'e30=' }, 'x-amz-client-context: e30='],
    [{ Qualifier: 'v1' }, 'Qualifier=v1'],
  ])('refuses the parameter %j with an error that names it', async (more, part) => {
    await expect(call('echo', '{}', more)).rejects.toThrow(part);
  });

  it('refuses ARNs of functions', async () => {
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:echo';
    expect(await errorName(call(arn, '{}'))).toBe('ValidationException');
  });

  it('distinguishes errors of the function from errors of the service', async () => {
    const answer = await call('throws', '{}');
    expect([answer.StatusCode, answer.FunctionError]).toEqual([200, 'Unhandled']);
    expect(JSON.parse(answer.Payload!.transformToString())).toMatchObject({ errorMessage: 'thrown' });
    expect(await errorName(call('none', '{}'))).toBe('ResourceNotFoundException');
    expect(await errorName(call('broken', '{}'))).toBe('ServiceException');
  });

  it('returns the reason and Retry-After to a throttled caller', async () => {
    const error = await call('throttled', '{}').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      retryAfterSeconds: '1',
      $metadata: { httpStatusCode: 429 },
    });
  });

  it('refuses invalid JSON and payloads over the size limits', async () => {
    expect(await errorName(call('echo', '{'))).toBe('InvalidRequestContentException');
    const text = (megabytes: number): string => `"${'x'.repeat(megabytes * 1_024 ** 2 - 2)}"`;
    expect((await call('echo', text(6))).StatusCode).toBe(200);
    const error = await call('echo', `${text(6)} `).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'RequestTooLargeException',
      $metadata: { httpStatusCode: 413 },
    });
  });

  it('notifies the function when its caller disconnects', async () => {
    const stop = new AbortController();
    const waiting = lambda.send(new InvokeCommand({ FunctionName: 'waits' }), { abortSignal: stop.signal });
    while (invoked.at(-1)?.name !== 'waits') await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    expect(await errorName(waiting)).toBe('AbortError');
  });

  it('refuses unsigned requests, and other operations of Lambda with an error that names the operation', async () => {
    const path = '/2015-03-31/functions';
    const list = await rawHttp(services.endpoint, 'GET', path, signedAs('AKIALAPTOPx', 'lambda'));
    expect([list.status, list.headers['x-amzn-errortype']]).toEqual([404, 'UnknownOperationException']);
    expect(list.body).toContain(`GET ${path}`);
    const unsigned = await rawHttp(services.endpoint, 'POST', `${path}/echo/invocations`);
    expect(unsigned.status).toBe(403);
  });
});

describe("Step Functions' StartSyncExecution", () => {
  const start = (input: string, stateMachineArn = ARN) =>
    stepFunctions.send(new StartSyncExecutionCommand({ stateMachineArn, input }));

  it('returns the output of an execution', async () => {
    const done = await start('{"question":"왜?"}');
    expect(done).toMatchObject({
      status: 'SUCCEEDED',
      stateMachineArn: ARN,
      output: JSON.stringify({ input: { question: '왜?' }, name: done.name }),
    });
    expect(done.executionArn).toContain(`:express:srag:${done.name}:`);
    expect(done.startDate!.getTime()).toBeLessThanOrEqual(done.stopDate!.getTime());
    expect(done.billingDetails!.billedDurationInMilliseconds! % 100).toBe(0);
  });

  it.each(['FAILED', 'TIMED_OUT'])(
    'returns the error and cause of an execution that ended as %s',
    async (fails) => {
      const done = await start(JSON.stringify({ fails }));
      expect(done).toMatchObject({ status: fails, error: 'Srag.THROTTLED', cause: 'too many' });
      expect(done.output).toBeUndefined();
    },
  );

  it('refuses unknown machines, invalid JSON, and inputs over 256 KiB', async () => {
    expect(await errorName(start('{}', `${ARN}-2`))).toBe('StateMachineDoesNotExist');
    expect(await errorName(start('{'))).toBe('InvalidExecutionInput');
    const fits = `"${'x'.repeat(256 * 1_024 - 2)}"`;
    expect(await errorName(start(`${fits} `))).toBe('ValidationException');
    expect((await start(fits)).status).toBe('SUCCEEDED');
  });
});

describe("Step Functions' StartExecution", () => {
  const start = (input: object | string, stateMachineArn = STANDARD_ARN) =>
    stepFunctions.send(
      new StartExecutionCommand({
        stateMachineArn,
        input: typeof input === 'string' ? input : JSON.stringify(input),
      }),
    );
  const describeExecution = (executionArn: string) =>
    stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  const ended = (executionArn: string) =>
    vi.waitUntil(async () => {
      const execution = await describeExecution(executionArn);
      return execution.status === 'RUNNING' ? undefined : execution;
    });

  it('runs the execution in the background, with the status RUNNING until it has a result', async () => {
    const started = await start({ waits: true });
    const executionArn = started.executionArn!;
    const running = await describeExecution(executionArn);
    expect(executionArn).toBe(`${STANDARD_ARN.replace('stateMachine', 'execution')}:${running.name}`);
    expect(running).toMatchObject({
      status: 'RUNNING',
      stateMachineArn: STANDARD_ARN,
      input: '{"waits":true}',
      startDate: started.startDate,
    });
    expect([running.stopDate, running.output]).toEqual([undefined, undefined]);
    goOn();
    const done = await ended(executionArn);
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: JSON.stringify({ name: running.name }) });
    expect(done!.stopDate!.getTime()).toBeGreaterThanOrEqual(done!.startDate!.getTime());
  });

  it('returns the error and cause if the execution or the interpreter failed', async () => {
    const failed = await ended((await start({ fails: true })).executionArn!);
    expect(failed).toMatchObject({ status: 'FAILED', error: 'Srag.NO_INDEX', cause: 'none' });
    expect(failed!.output).toBeUndefined();
    const broken = await ended((await start({ breaks: true })).executionArn!);
    expect(broken).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'the interpreter failed',
    });
  });

  it('refuses unknown executions, invalid input and express state machines; StartSyncExecution refuses standard ones', async () => {
    expect(await errorName(start({}, ARN))).toBe('StateMachineDoesNotExist');
    expect(await errorName(start('{'))).toBe('InvalidExecutionInput');
    expect(await errorName(describeExecution(`${STANDARD_ARN}:none`))).toBe('ExecutionDoesNotExist');
    const sync = new StartSyncExecutionCommand({ stateMachineArn: STANDARD_ARN });
    expect(await errorName(stepFunctions.send(sync))).toBe('StateMachineTypeNotSupported');
  });

  it('aborts executions when the services close', async () => {
    let aborted = false;
    const other = await startServices({
      buckets: {},
      model: 'none',
      stateMachines: {
        [STANDARD_ARN]: ({ signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              aborted = true;
              reject(signal.reason);
            });
          }),
      },
    });
    const client = new SFNClient({
      endpoint: other.endpoint,
      region: 'us-east-1',
      credentials: laptopCredentials('x'),
    });
    await client.send(new StartExecutionCommand({ stateMachineArn: STANDARD_ARN }));
    client.destroy();
    await other.close();
    expect(aborted).toBe(true);
  });
});

describe('services without functions', () => {
  it('report that a function or state machine does not exist', async () => {
    const bare = await startServices({ buckets: {}, model: 'none' });
    const settings = { endpoint: bare.endpoint, region: 'us-east-1', credentials: laptopCredentials('x') };
    const client = new LambdaClient(settings);
    const sfn = new SFNClient({ ...settings, disableHostPrefix: true });
    expect(await errorName(client.send(new InvokeCommand({ FunctionName: 'echo' })))).toBe(
      'ResourceNotFoundException',
    );
    const execution = new StartSyncExecutionCommand({ stateMachineArn: ARN });
    expect(await errorName(sfn.send(execution))).toBe('StateMachineDoesNotExist');
    client.destroy();
    sfn.destroy();
    await bare.close();
  });
});
