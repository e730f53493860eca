import { describe, expect, it, onTestFinished } from 'vitest';
import { startServices } from '../../../../src/laptop/index.ts';
import { rawHttp, signedAs } from '../../../support/raw-http.ts';

describe('the services of the laptop cloud', () => {
  it('refuse requests with a foreign Origin header, or with a Host header that is neither local nor configured', async () => {
    const services = await startServices({
      buckets: { b: '/nowhere' },
      model: 'none',
      hosts: ['srag.example'],
    });
    onTestFinished(() => services.close());
    const target = { 'x-amz-target': 'AmazonSSM.GetParametersByPath' };
    for (const [endpoint, method, path, more] of [
      [services.s3Endpoint, 'GET', '/b?list-type=2', signedAs('a')],
      [services.endpoint, 'POST', '/', { ...signedAs('a', 'ssm'), ...target }],
      [services.endpoint, 'POST', '/2015-03-31/functions/x/invocations', signedAs('a', 'lambda')],
    ] as const) {
      const asked = async (headers: Record<string, string>) =>
        (
          await rawHttp(
            endpoint,
            method,
            path,
            { ...more, ...headers },
            method === 'POST' ? '{"Path": "/"}' : '',
          )
        ).status;
      for (const host of ['evil.example', 'evil.example:80', '0.0.0.0', '10.0.0.1'])
        expect(await asked({ host }), `${path} ${host}`).toBe(403);
      expect(await asked({ host: 'localhost', origin: 'http://evil.example' })).toBe(403);
      const own = await asked({ host: 'localhost' });
      expect(own).not.toBe(403);
      expect(await asked({ host: 'srag.example' })).toBe(own);
    }
  });
});
