import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../../src/api/http/openapi.ts';
import { ROUTES } from '../../../../src/api/http/routes.ts';

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(
      openApiDocument() as Parameters<Validator['validate']>[0],
    );
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(validator.version).toBe('3.1');
  });

  it('describes every route, with a unique operation id and every error status', () => {
    const { paths } = openApiDocument() as {
      paths: Record<string, Record<string, { operationId: string; responses: object }>>;
    };
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
    );
    expect(operations.map(({ method, path }) => `${method} ${path}`)).toEqual(
      ROUTES.map(({ method, path }) => `${method} ${path}`),
    );
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(9);
    for (const { responses } of operations) {
      expect(Object.keys(responses).map(Number)).toEqual([
        200, 400, 401, 403, 404, 405, 406, 413, 415, 422, 429, 502, 503, 504,
      ]);
    }
  });

  it('contains every schema that it references', () => {
    const document = openApiDocument() as { components: { schemas: Record<string, { type?: string }> } };
    const references = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? [];
    expect(references.length).toBeGreaterThan(100);
    for (const schema of Object.values(document.components.schemas)) expect(schema.type).toBe('object');
    for (const reference of new Set(references)) {
      const name = /^"\$ref":"#\/components\/schemas\/(\w+)"$/.exec(reference)?.[1];
      expect(Object.keys(document.components.schemas), reference).toContain(name);
    }
  });
});
