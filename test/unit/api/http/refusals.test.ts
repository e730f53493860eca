import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, RelayedProblem } from '../../../../src/api/http/index.ts';
import type { Services } from '../../../../src/api/service/index.ts';
import { SragError } from '../../../../src/core/index.ts';
import { posted, testApp, testService } from '../../../support/api.ts';
import { ApiContract } from '../../../support/openapi.ts';
import { BAD_BODIES } from './bad-bodies.ts';
import { BAD_REQUESTS } from './bad-requests.ts';

const contract = new ApiContract();
let app: ReturnType<typeof testApp>['app'];
let unexpected: unknown[];
beforeAll(async () => {
  const { service } = await testService();
  ({ app, unexpected } = testApp(service));
});

interface Told {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly remedy?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

async function refusal(url: string, init: RequestInit, server = app): Promise<Told & { response: Response }> {
  const response = await server.request(url, init);
  const body = await response.text();
  const path = url.split('?', 1)[0]!;
  const type = response.headers.get('content-type') ?? '';
  expect(response.status, body).toBeGreaterThanOrEqual(400);
  expect(
    contract.responseErrors(init.method ?? 'GET', path, { status: response.status, type, body }),
  ).toEqual([]);
  expect(type).toBe('application/problem+json');
  const told = JSON.parse(body) as Told & { requestId: string };
  expect(response.headers.get('x-request-id')).toBe(told.requestId);
  const mayRetry = told.status === 429 || told.status === 503;
  expect(response.headers.get('retry-after')).toBe(mayRetry ? '1' : null);
  return { ...told, response };
}

const question = 'item1?';
describe('a body', () => {
  for (const [title, path, body, status, code, paths] of BAD_BODIES) {
    it(`with ${title} is rejected by ${path}`, async () => {
      const told = await refusal(path, posted(body));
      expect([told.status, told.code]).toEqual([status, code]);
      if (paths !== undefined) expect(told.errors?.map((error) => error.path)).toEqual(paths);
      expect(unexpected).toEqual([]);
    });
  }

  it('with lone surrogates is accepted if they occur in values, and rejected if they occur in keys', async () => {
    const response = await app.request('/query', posted(`{"question": "\\ud800 item1 \\udfff"}`));
    expect(response.status).toBe(200);
    const told = await refusal('/query', posted(`{"question": "x", "\\ud800": 1}`));
    expect(told.code).toBe('INVALID_BODY');
  });

  it('with many invalid fields is rejected with at most 20 field errors, whose paths have a bounded length', async () => {
    const fields = Object.fromEntries(
      Array.from({ length: 100 }, (_, at) => [`${at}${'x'.repeat(5_000)}`, at]),
    );
    const { errors, detail } = await refusal('/query', posted({ question, ...fields }));
    expect(errors).toHaveLength(20);
    expect(errors![0]!.path.length).toBe(200);
    expect(detail.length).toBeLessThanOrEqual(2_000);
  });
});

describe('a request', () => {
  it.each(BAD_REQUESTS)('with %s to %s is rejected', async (_title, url, init, status, code) => {
    if (init.method === 'HEAD') {
      const response = await app.request(url, init);
      expect([response.status, await response.text()]).toEqual([status, '']);
      return;
    }
    const told = await refusal(url, init);
    expect([told.status, told.code]).toEqual([status, code]);
    if (status === 405) expect(told.response.headers.get('allow')).toMatch(/^(POST|GET)$/);
    if (code === 'INVALID_QUERY')
      expect(told.errors?.[0]?.path).toMatch(/^(q|vector|__proto__|topK|filter)$/);
    // Without CORS headers, scripts of other sites cannot read the response.
    expect(told.response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('with a truncated body is rejected, but not reported as a bug', async () => {
    const { app: own, unexpected: told } = testApp((await testService()).service);
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"question":'));
        controller.error(new Error('aborted'));
      },
    });
    const init = { ...posted(''), body, duplex: 'half' } as RequestInit;
    expect(await refusal('/query', init, own)).toMatchObject({ status: 400, code: 'INVALID_BODY' });
    expect(told).toEqual([]);
  });

  it.each(['application/json', 'application/JSON; charset=utf-8', 'application/vnd.srag+json'])(
    'with the media type %s is accepted',
    async (type) => {
      const response = await app.request('/retrieve-mock', posted({ question }, { 'content-type': type }));
      expect(response.status).toBe(200);
    },
  );

  it.each([
    '',
    '*/*',
    'application/*',
    'text/html, application/json;q=0.5',
    '*/*;q=0, application/json',
    'text/event-stream;q=0, */*',
  ])('with the Accept header %j is answered', async (accept) => {
    expect((await app.request('/health', { headers: { accept } })).status).toBe(200);
  });

  it('with an endless body is rejected once it exceeds the limit, whatever its Content-Length', async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 100_000;
        controller.enqueue(new Uint8Array(100_000).fill(32));
      },
    });
    const init = { ...posted(''), body, duplex: 'half' } as RequestInit;
    expect((await refusal('/query', init)).code).toBe('BODY_TOO_LARGE');
    expect(sent).toBeLessThan(1_400_000);
  });
});

describe('service errors', () => {
  const failing = (error: unknown) => {
    const told: unknown[] = [];
    const fail = async (): Promise<never> => {
      throw error;
    };
    const services: Services = { query: fail, stream: fail };
    const server = createApp(services, {
      contextOf: () => ({ requestId: 'r' }),
      onUnexpected: (unknownError) => told.push(unknownError),
    });
    return { server, told };
  };

  it.each([
    ['THROTTLED', 503],
    ['STORAGE_UNAVAILABLE', 503],
    ['OBJECT_NOT_FOUND', 503],
    ['DAMAGED_STORE', 503],
    ['GENERATOR_FAILED', 502],
    ['EMBEDDER_FAILED', 502],
    ['MISSING_PACKAGE', 502],
    ['CREDENTIALS_MISSING', 502],
    ['ACCESS_DENIED', 502],
    ['INVALID_CONFIG', 502],
    ['FILE_DAMAGED', 502],
    ['DEADLINE_EXCEEDED', 504],
    ['CANCELLED', 504],
    ['INVALID_ARGUMENT', 400],
    ['NO_INDEX', 404],
    ['NO_LEXICAL_SEARCH', 422],
  ] as const)('%s has status %i', async (code, status) => {
    const { server, told } = failing(new SragError(code, 'Why it is so.', { remedy: 'Do this.' }));
    for (const path of ['/query', '/query/stream']) {
      const problem = await refusal(path, posted({ question }), server);
      expect(problem).toMatchObject({ status, code, detail: 'Why it is so.', remedy: 'Do this.' });
    }
    expect(told).toEqual([]);
  });

  it('a bug is reported in full to the operator, and without its message to the caller', async () => {
    const bug = new TypeError('secret of /home/someone');
    const { server, told } = failing(bug);
    const problem = await refusal('/query', posted({ question }), server);
    expect(problem).toMatchObject({ status: 502, code: 'INTERNAL', detail: 'srag failed unexpectedly.' });
    expect(told).toEqual([bug]);
  });

  it.each([undefined, null, 'text', 5])('a thrown %s is reported as a bug', async (thrown) => {
    const { server, told } = failing(thrown);
    expect((await refusal('/query', posted({ question }), server)).code).toBe('INTERNAL');
    expect(told).toHaveLength(1);
  });

  it('a problem response of another function is passed on unchanged', async () => {
    const found = { type: 'about:blank', title: 'Too many', status: 429, detail: 'd', code: 'THROTTLED' };
    const { server } = failing(new RelayedProblem(found));
    const problem = await refusal('/query', posted({ question }), server);
    expect(problem).toMatchObject({ ...found });
  });

  it('a rejected request is recorded once, with its route, before the response; service errors are not recorded', async () => {
    const recorded: string[] = [];
    const services: Services = {
      query: () => Promise.reject(new SragError('NO_INDEX', 'None.')),
      refused: async (error, { route }) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        recorded.push(`${route} ${(error as { code?: string }).code}`);
      },
    };
    const server = createApp(services, { contextOf: () => ({ requestId: 'r' }) });
    await refusal('/query', posted({ question: 5 }), server);
    expect(recorded).toEqual(['POST /query INVALID_BODY']);
    await refusal('/query', posted({ question }), server);
    await refusal('/nowhere', {}, server);
    expect(recorded.slice(1)).toEqual(['undefined NO_SUCH_ROUTE']);
  });

  it('a route whose service is missing returns NO_SUCH_ROUTE', async () => {
    const { server } = failing(new Error());
    expect((await refusal('/generate', posted({ question }), server)).code).toBe('NO_SUCH_ROUTE');
  });
});
