import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../../../src/api/http/routes.ts';
import { healthReply } from '../../../../src/api/http/schemas.ts';
import manifest from '../../../../src/cloud/functions/functions.json' with { type: 'json' };
import { VERSION } from '../../../../src/version.ts';

describe('the manifest of the functions', () => {
  it('has a function, or a gateway response, for every route of the API', () => {
    const routes = [...manifest.gatewayAnswers, ...manifest.functions.flatMap((one) => one.routes)];
    const names = routes.map(({ method, path }) => `${method} ${path}`).sort();
    expect(names).toEqual(ROUTES.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort());
  });

  it('contains a response to the health check that equals the response of the API', () => {
    const [health] = manifest.gatewayAnswers;
    expect(health).toMatchObject({ method: 'GET', path: '/health' });
    expect(healthReply.parse(health!.body)).toEqual({ status: 'ok', version: VERSION });
  });
});
