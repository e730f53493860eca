import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { InvocationResult } from '../../../../src/laptop/lifecycle/index.ts';
import { poolOf, told, until } from '../../../support/function-pool.ts';

type Streamed = Extract<InvocationResult, { kind: 'stream' }>;

async function streamed(result: Promise<InvocationResult>): Promise<Streamed> {
  const found = await result;
  if (found.kind !== 'stream') throw new Error(`Not a stream: ${JSON.stringify(found)}`);
  return found;
}

const PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response';

describe('a streamed response', () => {
  it('consists of a prelude, eight zero bytes and the body; the report follows after the body', async () => {
    const { ask, reports } = await poolOf('streaming.handler');
    const { contentType, body, report } = await streamed(ask({}));
    expect(contentType).toBe(PRELUDE_TYPE);
    const text = Buffer.concat(await body.toArray()).toString();
    const [prelude, ...rest] = text.split('\0'.repeat(8));
    expect(JSON.parse(prelude!)).toMatchObject({ statusCode: 200, cookies: ['a=1', 'b=2'] });
    expect(rest).toEqual(['0:........1:........2:........']);
    expect(await report).toMatchObject({ status: 'success' });
    expect(reports).toHaveLength(1);
  });

  it('arrives chunk by chunk as the handler writes', async () => {
    const { ask } = await poolOf('streaming.handler');
    const { body } = await streamed(ask({ act: 'bare', chunks: 4, everyMs: 100 }));
    const seen: string[] = [];
    for await (const chunk of body) seen.push(String(chunk));
    expect(seen).toEqual(['0:........', '1:........', '2:........', '3:........']);
  });

  it('makes its handler wait while the reader is slow', async () => {
    const { ask, lines } = await poolOf('streaming.handler');
    const chunks = 200;
    const { body } = await streamed(ask({ act: 'tell', chunks, size: 100_000 }));
    await delay(700);
    const written = lines.filter((line) => line.startsWith('written')).length;
    expect(written).toBeLessThan(chunks);
    let length = 0;
    for await (const chunk of body) length += (chunk as Buffer).length;
    expect(length).toBeGreaterThan(chunks * 100_000);
    await until(() => lines.includes(`written ${chunks}`));
  });

  it('is read to its end even if the reader disconnects, because Lambda does not notify functions', async () => {
    const { ask, lines } = await poolOf('streaming.handler');
    const { body, report } = await streamed(ask({ act: 'tell', chunks: 200, size: 100_000 }));
    body.destroy();
    expect(await report).toMatchObject({ status: 'success' });
    await until(() => lines.includes('written 200'));
    await streamed(ask({ chunks: 1 }));
  });

  it('ends with an error in the trailers if its handler fails midway; the environment continues', async () => {
    const { ask, pool } = await poolOf('streaming.handler');
    const { body, report } = await streamed(ask({ act: 'throw' }));
    await expect(body.toArray()).rejects.toThrow('RangeError');
    expect(await report).toMatchObject({ status: 'error' });
    const again = await streamed(ask({ chunks: 1 }));
    expect(Buffer.concat(await again.body.toArray()).toString()).toContain('0:........');
    expect(pool.size).toBe(1);
  });

  it('ends with an error if it times out midway; its process ends, too', async () => {
    const { ask, pool } = await poolOf('streaming.handler', { timeoutMs: 700 });
    const { body, report } = await streamed(ask({ act: 'hang' }));
    await expect(body.toArray()).rejects.toThrow('Sandbox.Timedout');
    expect(await report).toMatchObject({ status: 'timeout' });
    await until(() => pool.size === 0);
  });

  it('is replaced by an ordinary error if its handler fails before the first byte', async () => {
    const { ask } = await poolOf('streaming.handler');
    const failed = await ask({ act: 'throw-first' });
    expect(failed).toMatchObject({ kind: 'function-error', errorType: 'Error' });
    expect(told(failed).errorMessage).toBe('before the first byte');
  });

  it('causes no unhandled error if it has no reader and fails midway', async () => {
    const { ask } = await poolOf('streaming.handler', { timeoutMs: 600 });
    const { report } = await streamed(ask({ act: 'hang' }));
    expect(await report).toMatchObject({ status: 'timeout' });
    expect(await ask({ act: 'throw-first' })).toMatchObject({ kind: 'function-error' });
  });
});
