import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../../src/api/http/index.ts';
import { SragError } from '../../../../src/core/index.ts';
import { awsFailure, httpFailure, type ServiceContext } from '../../../../src/io/remote/index.ts';

const context: ServiceContext = {
  failedCode: 'GENERATOR_FAILED',
  service: 'Model m',
  host: 'models.internal:8000',
  model: 'm',
};
const SECRET = 'Content policy: hotel SECRETQ night';

describe('the problem response for an upstream error', () => {
  it.each([
    [
      'an OpenAI-compatible server',
      httpFailure(context, {
        status: 400,
        body: JSON.stringify({ error: { message: SECRET } }),
        retryAfterMs: undefined,
        hasKey: true,
      }),
    ],
    [
      'Bedrock',
      awsFailure(
        Object.assign(new Error(SECRET), { name: 'ValidationException', $metadata: { httpStatusCode: 400 } }),
        context,
      ),
    ],
  ])(
    'names the service and its status, but contains neither the message nor the address of %s',
    (_, error) => {
      const problem = JSON.stringify(problemOf(error, 'r'));
      expect(problem).toContain('HTTP 400');
      expect(problem).toContain('Model m');
      expect(problem).not.toMatch(/SECRETQ|internal/);
      expect(error.upstream).toBe(`models.internal:8000: ${SECRET}`);
      expect(JSON.parse(JSON.stringify(error))).toMatchObject({ upstream: error.upstream });
    },
  );
});

describe('the problem response for a throttled service', () => {
  const throttled = (retryAfterMs?: number) =>
    problemOf(new SragError('THROTTLED', 'Too many.', { fields: { retryAfterMs } }), 'r');

  it('tells the client to wait as long as the service requested, in whole seconds from 1 to 3,600', () => {
    expect(throttled(6_200)).toMatchObject({ status: 503, code: 'THROTTLED', retryAfter: 7 });
    expect(throttled(0)).toMatchObject({ retryAfter: 1 });
    expect(throttled(1e9)).toMatchObject({ retryAfter: 3_600 });
    expect(throttled()).not.toHaveProperty('retryAfter');
  });
});

describe('the detail of a problem response', () => {
  it.each([
    [
      new SragError('UNKNOWN_COLLECTION', "There is no collection 'x' at /srv/a b/.srag.", {
        fields: { location: '/srv/a b/.srag' },
      }),
      "There is no collection 'x'.",
    ],
    [
      new SragError(
        'STORAGE_UNAVAILABLE',
        "The file system failed at /srv/.srag: Error: EIO: i/o error, open '/srv/.srag/default/x'.",
        { fields: { location: '/srv/.srag' } },
      ),
      "The file system failed: Error: EIO: i/o error, open 'the location/default/x'.",
    ],
    [
      new SragError('DAMAGED_STORE', 'Opening s3://bucket/corpus: LanceError(IO) at /tmp/x/y.lance'),
      'Opening … LanceError(IO) at …',
    ],
    [new SragError('INVALID_FILTER', "'/a/b' is no operator."), "'/a/b' is no operator."],
  ])('does not reveal file paths of the server: %s', (error, detail) => {
    expect(problemOf(error, 'r').detail).toBe(detail);
  });
});
