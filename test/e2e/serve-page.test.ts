import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliProject, temporaryProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';
import { type ServedProject, serve } from '../support/served.ts';

const ORIGIN = 'https://app.example';
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

describe.each([
  ['in functions', []],
  ['in this process', ['--in-process']],
])('srag serve %s', (_, words) => {
  let project: CliProject;
  let served: ServedProject;
  const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(served.url + path, init);

  beforeAll(async () => {
    project = await CliProject.open();
    await writeHandbook(project);
    await project.json(['ingest', 'docs']);
    const env = { SRAG_API_KEY: 'key-0123456789' };
    served = await serve(
      project,
      [...words, '--cors-origin', ORIGIN, '--cors-origin', 'http://other.example:81'],
      env,
    );
  });
  afterAll(async () => {
    await served?.end();
    await project?.remove();
  });

  it('serves a page at / to browsers, without a key and with a policy that allows no other resources', async () => {
    const response = await ask('/', { headers: { accept: BROWSER } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const page = await response.text();
    expect(page).toContain('POST /query/stream');
    expect(page).not.toMatch(/(?:src|href)="(?!openapi\.json"|data:,")/);
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    for (const [, name, text] of page.matchAll(/<(script|style)>([\s\S]*?)<\/\1>/g))
      expect(policy).toContain(`${name}-src 'sha256-${createHash('sha256').update(text!).digest('base64')}'`);
    const head = await ask('/', { method: 'HEAD', headers: { accept: BROWSER } });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it.each(['application/json', '*/*', 'text/html;q=0, */*'])(
    'answers a request for / with JSON if its Accept header is %s',
    async (accept) => {
      const response = await ask('/', { headers: { accept, 'x-api-key': 'key-0123456789' } });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'NO_SUCH_ROUTE' });
    },
  );

  it('answers preflight requests of the configured origins, and lets their pages read all responses', async () => {
    const preflight = await ask('/query', {
      method: 'OPTIONS',
      headers: { origin: ORIGIN, 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'content-type, x-api-key',
      vary: expect.stringContaining('Origin'),
    });
    for (const [key, status] of [
      ['key-0123456789', 200],
      ['wrong', 403],
    ] as const) {
      const headers = { origin: ORIGIN, 'content-type': 'application/json', 'x-api-key': key };
      const body = JSON.stringify({ question: 'How many days of annual leave does every employee have?' });
      const response = await ask('/query', { method: 'POST', headers, body });
      expect(response.status).toBe(status);
      expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(response.headers.get('access-control-expose-headers')).toContain('x-request-id');
    }
  });

  it.each(['https://evil.example', 'https://app.example.evil', 'http://app.example', 'null'])(
    'refuses requests from pages of %s',
    async (origin) => {
      const headers = { origin, 'access-control-request-method': 'POST' };
      for (const method of ['OPTIONS', 'GET']) {
        const response = await ask('/health', { method, headers });
        expect(response.status).toBe(403);
        expect(response.headers.get('access-control-allow-origin')).toBeNull();
      }
    },
  );
});

it.each(['*', 'app.example', 'https://app.example/', 'https://app.example/path', 'null'])(
  '--cors-origin %s is refused with an example',
  async (origin) => {
    const project = await temporaryProject();
    const refused = await project.run(['serve', '--port', '0', '--cors-origin', origin, '--json']);
    expect(refused).toMatchObject({
      exitCode: 2,
      json: { error: { code: 'INVALID_ARGUMENT', remedy: expect.stringContaining('https://app.example') } },
    });
  },
);
