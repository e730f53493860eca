import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MAX_RESPONSE_BYTES } from '../../../../src/laptop/lifecycle/index.ts';
import { isAlive, poolOf, told, until } from '../../../support/function-pool.ts';
import { asNobody, isRoot } from '../../../support/other-user.ts';
import { rawHttp } from '../../../support/raw-http.ts';

const support = (file: string): string =>
  fileURLToPath(new URL(`../../../support/functions/${file}`, import.meta.url));

describe("like in AWS's emulator, an invocation", () => {
  it('delivers the event, returns the response, and keeps the environment', async () => {
    const { ask } = await poolOf('plain.handler');
    const first = told(await ask({ question: '왜?' }));
    expect(first).toMatchObject({ invocations: 1, event: { question: '왜?' } });
    expect(told(await ask({}))).toMatchObject({ invocations: 2, pid: first.pid });
    expect(told(await ask({ act: 'nothing' }))).toBeNull();
  });

  it('of a handler that throws returns its error with type, message and stack, and keeps the environment', async () => {
    const { ask, lines } = await poolOf('plain.handler');
    const { pid } = told(await ask({}));
    const failed = await ask({ act: 'throw', what: 'such thing' });
    expect(failed).toMatchObject({ kind: 'function-error', errorType: 'TypeError' });
    expect(told(failed)).toMatchObject({ errorType: 'TypeError', errorMessage: 'no such thing' });
    expect(told(failed).stackTrace[0]).toMatch(/at handler .*plain\.mjs/);
    expect(told(await ask({ act: 'throw-text' }))).toMatchObject({ errorMessage: 'only words' });
    expect(await ask({ act: 'circular' })).toMatchObject({ kind: 'function-error', errorType: 'TypeError' });
    expect(told(await ask({}))).toMatchObject({ pid });
    expect(lines.join('\n')).toContain('Status: error');
  });

  it('that times out reports the timeout and kills its process; the next invocation starts cold', async () => {
    const { ask, reports } = await poolOf('plain.handler', { timeoutMs: 1_000 });
    const { pid } = told(await ask({}));
    const late = await ask({ act: 'hang' });
    expect(late).toMatchObject({ kind: 'function-error', errorType: 'Sandbox.Timedout' });
    expect(told(late).errorMessage).toMatch(/^RequestId: [\w-]+ Error: Task timed out after 1\.00 seconds$/);
    await until(() => !isAlive(pid));
    expect(told(await ask({}))).toMatchObject({ invocations: 1 });
    expect(reports.map(({ status, initMs }) => [status, initMs !== undefined])).toEqual([
      ['success', true],
      ['timeout', false],
      ['success', true],
    ]);
  });

  it.each([
    ['exits', { act: 'exit', code: 7 }, /exit status 7/],
    ['ends on an uncaught exception', { act: 'crash' }, /exit status 128/],
  ])(
    'whose process %s returns Runtime.ExitError; the next invocation starts cold',
    async (_, event, message) => {
      const { ask } = await poolOf('plain.handler');
      const { pid } = told(await ask({}));
      const ended = await ask(event);
      expect(ended).toMatchObject({ kind: 'function-error', errorType: 'Runtime.ExitError' });
      expect(told(ended).errorMessage).toMatch(message);
      const next = told(await ask({}));
      expect(next.invocations).toBe(1);
      expect(next.pid).not.toBe(pid);
    },
  );

  it.each([
    ['whose module cannot be loaded', 'broken.handler', 'SyntaxError', 'cannot be loaded'],
    ['whose handler is missing', 'plain.other', 'Runtime.HandlerNotFound', 'plain.other is undefined'],
  ])('of a function %s returns the initialisation error', async (_, handler, errorType, message) => {
    const { ask } = await poolOf(handler);
    for (const result of [await ask({}), await ask({})]) {
      expect(result).toMatchObject({ kind: 'function-error', errorType });
      expect(told(result).errorMessage).toContain(message);
    }
  });

  it('of a runtime that posts an initialisation error but continues returns the error and ends the process', async () => {
    const { ask, pool } = await poolOf('any.handler', {
      bootstrap: [process.execPath, support('runtime.mjs'), 'init-error'],
    });
    const result = await ask({});
    expect(result).toMatchObject({ kind: 'function-error', errorType: 'Custom.Init' });
    expect(told(result)).toEqual({ errorType: 'Custom.Init', errorMessage: 'no database' });
    await until(() => pool.size === 0);
  });

  it('of a missing program returns an error', async () => {
    const { ask } = await poolOf('any.handler', { bootstrap: ['/no/such/program'] });
    const result = await ask({});
    expect(result).toMatchObject({ kind: 'function-error', errorType: 'Runtime.ExitError' });
    expect(told(result).errorMessage).toContain('ENOENT');
  });

  it('whose response exceeds 6,291,556 bytes returns Function.ResponseSizeTooLarge', async () => {
    const { ask } = await poolOf('plain.handler');
    const quotes = 2;
    const most = await ask({ act: 'big', characters: MAX_RESPONSE_BYTES - quotes });
    expect(most).toMatchObject({ kind: 'response' });
    const over = await ask({ act: 'big', characters: MAX_RESPONSE_BYTES - quotes + 1 });
    expect(over).toMatchObject({ kind: 'function-error', errorType: 'Function.ResponseSizeTooLarge' });
    expect(told(over).errorMessage).toContain('6291556');
    expect(told(await ask({}))).toMatchObject({ invocations: 3 });
  });

  it('logs START, END and REPORT as Lambda does', async () => {
    const { ask, lines, reports } = await poolOf('slow-start.handler', { memoryMb: 512 });
    await ask({});
    await ask({});
    const [id] = reports.map(({ requestId }) => requestId);
    expect(lines.slice(0, 2)).toEqual([`START RequestId: ${id} Version: $LATEST`, `END RequestId: ${id}`]);
    expect(lines[2]!.split('\t')).toEqual([
      `REPORT RequestId: ${id}`,
      expect.stringMatching(/^Duration: \d+\.\d\d ms$/),
      expect.stringMatching(/^Billed Duration: \d+ ms$/),
      'Memory Size: 512 MB',
      expect.stringMatching(/^Max Memory Used: [1-9]\d+ MB$/),
      expect.stringMatching(/^Init Duration: \d+\.\d\d ms$/),
    ]);
    expect(lines[5]).not.toContain('Init Duration');
    const [first, second] = reports;
    expect(first!.initMs).toBeGreaterThan(300);
    expect(first!.billedMs).toBe(Math.ceil(first!.durationMs + first!.initMs!));
    expect(second!.initMs).toBeUndefined();
  });

  it('sets the environment variables of Lambda and of the function, and inherits only PATH', async () => {
    const { ask, folder } = await poolOf('plain.handler', { memoryMb: 1_024 });
    const { env } = told(await ask({ act: 'environment' }));
    expect(env).toMatchObject({
      GIVEN: 'by the function',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'tested',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      _HANDLER: 'plain.handler',
      TMPDIR: `${folder}/tested-1`,
    });
    expect(env.AWS_LAMBDA_RUNTIME_API).toMatch(/^127\.0\.0\.1:\d+\/[0-9a-f]{32}$/);
    expect(env).not.toHaveProperty('HOME');
    expect(env).not.toHaveProperty('VITEST');
  });

  it('rejects requests to the Runtime API without the secret of the environment', async () => {
    const { ask } = await poolOf('plain.handler');
    const { env } = told(await ask({ act: 'environment' }));
    const [origin = '', secret = ''] = String(env.AWS_LAMBDA_RUNTIME_API).split('/');
    const wrong = secret.replace(/^./, (first) => (first === '0' ? '1' : '0'));
    for (const before of [
      '',
      `/${wrong}`,
      `/${secret.toUpperCase()}x`,
      `/${secret.slice(1)}`,
      `//${secret}`,
      '/',
    ]) {
      const root = `http://${origin}${before}/2018-06-01/runtime`;
      for (const [path, method] of [
        ['/invocation/next', 'GET'],
        ['/init/error', 'POST'],
        ['/invocation/x/response', 'POST'],
      ] as const)
        expect((await fetch(root + path, { method })).status, `${before}${path}`).toBe(403);
    }
    const next = `/${secret}/2018-06-01/runtime/invocation/next`;
    expect((await rawHttp(`http://${origin}`, 'GET', next, { host: 'evil.example' })).status).toBe(403);
    expect(told(await ask({ act: 'context' }))).toMatchObject({ functionName: 'tested' });
  });

  it.skipIf(!isRoot)('hides the secret of the environment from other users of the machine', async () => {
    const { ask, folder } = await poolOf('plain.handler');
    const { pid } = told(await ask({}));
    const steal = `const fs = require('node:fs'); const tried = [];
      for (const path of ['/proc/${pid}/environ', '${folder}/tested-1'])
        try { fs.statSync(path).isDirectory() ? fs.readdirSync(path) : fs.readFileSync(path); tried.push('read') }
        catch (error) { tried.push(error.code) }
      console.log(tried.join());`;
    expect(asNobody(steal)).toBe('EACCES,EACCES');
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    expect(line).not.toMatch(/[0-9a-f]{32}/);
  });

  it('passes ids, names and the remaining time to the handler in its context', async () => {
    const { pool } = await poolOf('plain.handler', { timeoutMs: 5_000 });
    const payload = Buffer.from('{"act": "context"}');
    const context = told(await pool.invoke(payload, { requestId: 'r-1', traceId: 'Root=1-a' }));
    expect(context).toMatchObject({
      awsRequestId: 'r-1',
      functionName: 'tested',
      functionVersion: '$LATEST',
      memoryLimitInMB: '1769',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:tested',
      trace: 'Root=1-a',
    });
    expect(context.remainingMs).toBeGreaterThan(3_000);
    expect(context.remainingMs).toBeLessThanOrEqual(5_000);
  });
});

describe('a third-party runtime', () => {
  it('in Python returns responses and errors with only the documented API', async () => {
    const { ask } = await poolOf('any.handler', { bootstrap: ['python3', support('runtime.py')] });
    const { event, headers } = told(await ask({ name: 'é' }));
    expect(event).toEqual({ name: 'é' });
    expect(headers).toMatchObject({
      'lambda-runtime-aws-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:123456789012:function:tested',
      'lambda-runtime-trace-id': expect.stringMatching(
        /^Root=1-[\da-f]{8}-[\da-f]{24};Parent=[\da-f]{16};Sampled=1$/,
      ),
    });
    expect(Number(headers['lambda-runtime-deadline-ms'])).toBeGreaterThan(Date.now());
    expect(told(await ask({ fail: 'on purpose' }))).toEqual({
      errorType: 'Python.Failed',
      errorMessage: 'on purpose',
    });
    expect(told(await ask({})).event).toEqual({});
  });

  it('continues after the Runtime API has refused invalid requests', async () => {
    const { ask, lines } = await poolOf('any.handler', {
      bootstrap: [process.execPath, support('runtime.mjs')],
    });
    expect(told(await ask({ ask: 'unknown path' })).told.unknown.status).toBe(404);
    const { wrong } = told(await ask({ ask: 'wrong id' })).told;
    expect([wrong.status, JSON.parse(wrong.text).errorType]).toEqual([400, 'InvalidRequestID']);
    await ask({ ask: 'twice' });
    await ask({});
    expect(lines).toContain('second answer 400');
  });
});
