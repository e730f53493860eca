import {
  DeleteParameterCommand,
  DeleteParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { errorName, itBut, type KnownDifferences, type ServicePlace } from './place.ts';

/** The operations of the Parameter Store that srag's switches use. */
export function ssmSuite(
  name: string,
  makePlace: () => Promise<ServicePlace>,
  differences: KnownDifferences = {},
): void {
  const it = itBut(differences);
  describe(`parameters: ${name}`, () => {
    let client: SSMClient;
    beforeAll(async () => {
      client = new SSMClient({ ...(await makePlace()), maxAttempts: 1 });
    });
    afterAll(() => client?.destroy());

    const put = (Name: string, Value: string, more: Partial<PutParameterCommandInput> = {}) =>
      client.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }));
    const get = (Name: string) => client.send(new GetParameterCommand({ Name, WithDecryption: true }));

    /** Names and values below a path, from all pages, sorted by name, and the number of pages. */
    async function below(Path: string, Recursive: boolean, MaxResults?: number) {
      const found: [string, string][] = [];
      let pages = 0;
      let NextToken: string | undefined;
      do {
        const page = await client.send(
          new GetParametersByPathCommand({ Path, Recursive, MaxResults, NextToken, WithDecryption: true }),
        );
        pages++;
        for (const { Name, Value } of page.Parameters ?? []) found.push([Name!, Value!]);
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return { found: found.sort(([left], [right]) => (left < right ? -1 : 1)), pages };
    }

    it('returns a stored value with its type and version', async () => {
      expect(await put('/one/value', '첫 번째 값')).toMatchObject({ Version: 1 });
      const { Parameter } = await get('/one/value');
      expect(Parameter).toMatchObject({
        Name: '/one/value',
        Value: '첫 번째 값',
        Type: 'String',
        Version: 1,
      });
      expect(Parameter!.LastModifiedDate).toBeInstanceOf(Date);
      expect(Parameter!.ARN).toMatch(/^arn:aws:ssm:.*:parameter\/one\/value$/);
    });

    it('replaces a value only on request, and counts versions', async () => {
      await put('/two/value', 'first');
      expect(await errorName(put('/two/value', 'second'))).toBe('ParameterAlreadyExists');
      expect(await put('/two/value', 'second', { Overwrite: true })).toMatchObject({ Version: 2 });
      expect((await get('/two/value')).Parameter).toMatchObject({ Value: 'second', Version: 2 });
    });

    it('lists one level of a path or everything below it, in pages', async () => {
      for (let index = 0; index < 23; index++) {
        await put(`/many/p${String(index).padStart(2, '0')}`, String(index));
      }
      await put('/many/deep/er/q', 'deep');
      await put('/manyother', 'not below');
      const level = await below('/many', false);
      expect(level.found.map(([, value]) => value)).toEqual(
        Array.from({ length: 23 }, (_, index) => String(index)),
      );
      expect(level.pages).toBe(3);
      const all = await below('/many/', true, 5);
      expect(all.found).toHaveLength(24);
      expect(all.found[0]).toEqual(['/many/deep/er/q', 'deep']);
      expect(all.pages).toBe(5);
      expect((await below('/none', true)).found).toEqual([]);
    });

    it('reports missing parameters', async () => {
      await put('/three/there', 'x', { Type: 'SecureString' });
      expect(await errorName(get('/three/gone'))).toBe('ParameterNotFound');
      const { Parameters, InvalidParameters } = await client.send(
        new GetParametersCommand({ Names: ['/three/there', '/three/gone'], WithDecryption: true }),
      );
      expect(Parameters).toMatchObject([{ Name: '/three/there', Type: 'SecureString', Value: 'x' }]);
      expect(InvalidParameters).toEqual(['/three/gone']);
    });

    it('deletes parameters', async () => {
      for (const name of ['/four/a', '/four/b', '/four/c']) await put(name, 'x');
      await client.send(new DeleteParameterCommand({ Name: '/four/a' }));
      expect(await errorName(client.send(new DeleteParameterCommand({ Name: '/four/a' })))).toBe(
        'ParameterNotFound',
      );
      const { DeletedParameters, InvalidParameters } = await client.send(
        new DeleteParametersCommand({ Names: ['/four/b', '/four/x'] }),
      );
      expect([DeletedParameters, InvalidParameters]).toEqual([['/four/b'], ['/four/x']]);
      expect((await below('/four', true)).found).toEqual([['/four/c', 'x']]);
    });

    it('refuses a path without a leading slash', async () => {
      expect(await errorName(below('many', true))).toBe('ValidationException');
    });

    it('refuses names with invalid characters', async () => {
      for (const name of ['/a b', '/한글', '/a//b', '/a/']) {
        expect(await errorName(put(name, 'x')), name).not.toBe('it was done');
      }
    });

    it('refuses reserved names', async () => {
      expect(await errorName(put('/aws/x', 'x'))).not.toBe('it was done');
    });

    it('refuses values that are too long', async () => {
      expect(await errorName(put('/five/long', 'x'.repeat(4_097)))).toBe('ValidationException');
    });
  });
}
