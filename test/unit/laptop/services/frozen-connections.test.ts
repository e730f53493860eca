import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { laptopCredentials, type Services, startServices } from '../../../../src/laptop/index.ts';

const IDLE_MS = 200;

describe('connections of frozen environments', () => {
  let services: Services;
  const agents = { frozen: new Agent({ keepAlive: true }), other: new Agent({ keepAlive: true }) };
  afterEach(async () => {
    for (const agent of Object.values(agents)) agent.destroy();
    await services.close();
  });

  /** The status of a response over a keep-alive connection of an environment, or the connection's error. */
  const ask = async (environment: keyof typeof agents, url = services.endpoint): Promise<number | string> => {
    const { accessKeyId } = laptopCredentials(environment);
    const sent = request(url, {
      agent: agents[environment],
      method: 'GET',
      signal: AbortSignal.timeout(500),
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/ssm/aws4_request`,
      },
    });
    const answer = once(sent.end(), 'response') as Promise<[IncomingMessage]>;
    return answer.then(
      ([response]) => {
        response.resume();
        return once(response, 'end').then(() => response.statusCode!);
      },
      ({ code }: { code: string }) => code,
    );
  };

  it.each([
    ['reset', 'ECONNRESET'],
    ['silent', 'ABORT_ERR'],
  ] as const)('are %s when they are first used after a long idle time', async (sockets, code) => {
    services = await startServices({
      buckets: {},
      model: 'none',
      frozenConnections: { idleMs: IDLE_MS, sockets },
    });
    for (const url of [services.endpoint, services.s3Endpoint]) {
      const works = await ask('frozen', url);
      expect(typeof works).toBe('number');
      await ask('other', url);

      services.thawed('frozen', IDLE_MS - 1);
      expect(await ask('frozen', url)).toBe(works);

      services.thawed('frozen', IDLE_MS);
      services.thawed('frozen', 1);
      expect(await ask('other', url)).toBe(works);
      expect(await ask('frozen', url)).toBe(code);
      // A new connection.
      expect(await ask('frozen', url)).toBe(works);
      expect(await ask('frozen', url)).toBe(works);
    }
  });

  it('stay open by default', async () => {
    services = await startServices({ buckets: {}, model: 'none' });
    const works = await ask('frozen');
    services.thawed('frozen', 3_600_000);
    expect(await ask('frozen')).toBe(works);
  });
});
