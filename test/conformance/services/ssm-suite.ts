import {
  DeleteParameterCommand,
  GetParametersByPathCommand,
  type Parameter,
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

    /** The parameters of a path, from all pages, sorted by name, and the number of pages. */
    async function below(Path: string, MaxResults?: number) {
      const found: Parameter[] = [];
      let pages = 0;
      let NextToken: string | undefined;
      do {
        const page = await client.send(new GetParametersByPathCommand({ Path, MaxResults, NextToken }));
        pages++;
        found.push(...(page.Parameters ?? []));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return { found: found.sort((left, right) => (left.Name! < right.Name! ? -1 : 1)), pages };
    }

    it('returns a stored value with its type and version', async () => {
      expect(await put('/one/value', '첫 번째 값')).toMatchObject({ Version: 1 });
      const [parameter] = (await below('/one')).found;
      expect(parameter).toMatchObject({
        Name: '/one/value',
        Value: '첫 번째 값',
        Type: 'String',
        Version: 1,
      });
      expect(parameter!.LastModifiedDate).toBeInstanceOf(Date);
      expect(parameter!.ARN).toMatch(/^arn:aws:ssm:.*:parameter\/one\/value$/);
    });

    it('replaces a value only on request, and counts versions', async () => {
      await put('/two/value', 'first');
      expect(await errorName(put('/two/value', 'second'))).toBe('ParameterAlreadyExists');
      expect(await put('/two/value', 'second', { Overwrite: true })).toMatchObject({ Version: 2 });
      expect((await below('/two')).found).toMatchObject([{ Value: 'second', Version: 2 }]);
    });

    it('lists one level of a path, in pages', async () => {
      for (let index = 0; index < 23; index++) {
        await put(`/many/p${String(index).padStart(2, '0')}`, String(index));
      }
      await put('/many/deep/er/q', 'deep');
      await put('/manyother', 'not below');
      const level = await below('/many');
      expect(level.found.map(({ Value }) => Value)).toEqual(
        Array.from({ length: 23 }, (_, index) => String(index)),
      );
      expect(level.pages).toBe(3);
      const small = await below('/many/', 5);
      expect([small.found.length, small.pages]).toEqual([23, 5]);
      expect((await below('/none')).found).toEqual([]);
    });

    it('deletes a parameter', async () => {
      for (const name of ['/four/a', '/four/b']) await put(name, 'x');
      const remove = () => client.send(new DeleteParameterCommand({ Name: '/four/a' }));
      await remove();
      expect(await errorName(remove())).toBe('ParameterNotFound');
      expect((await below('/four')).found.map(({ Name }) => Name)).toEqual(['/four/b']);
    });

    it('refuses a path without a leading slash', async () => {
      expect(await errorName(below('many'))).toBe('ValidationException');
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
