import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorName, type ServicePlace } from './place.ts';

/**
 * The operations of DynamoDB that srag's query cache uses.
 * @param makePlace returns a place with a table `cache`, whose partition key is the string `key`
 */
export function dynamodbSuite(name: string, makePlace: () => Promise<ServicePlace>): void {
  describe(`items: ${name}`, () => {
    let client: DynamoDBClient;
    beforeAll(async () => {
      client = new DynamoDBClient({ ...(await makePlace()), maxAttempts: 1 });
    });
    afterAll(() => client?.destroy());

    const put = (Item: Record<string, AttributeValue>) =>
      client.send(new PutItemCommand({ TableName: 'cache', Item }));
    const get = async (key: string) =>
      (await client.send(new GetItemCommand({ TableName: 'cache', Key: { key: { S: key } } }))).Item;

    it('returns an item with its text, numbers and bytes', async () => {
      const item: Record<string, AttributeValue> = {
        key: { S: 'types' },
        text: { S: '한글 😀' },
        empty: { S: '' },
        bytes: { B: Uint8Array.from([0, 1, 255]) },
        zero: { N: '0' },
        negative: { N: '-120' },
        large: { N: '12345678901234567890123456789012345678' },
        constructor: { S: 'a name that objects have' },
      };
      await put(item);
      expect(await get('types')).toEqual(item);
      expect(await get('another')).toBeUndefined();
    });

    it('refuses values that are not numbers', async () => {
      for (const wrong of ['', 'x', '1e126', '123456789012345678901234567890123456789']) {
        expect(await errorName(put({ key: { S: 'number' }, n: { N: wrong } })), wrong).toBe(
          'ValidationException',
        );
      }
    });

    it('replaces all attributes of an item', async () => {
      await put({ key: { S: 'whole' }, a: { S: '1' }, b: { S: '2' } });
      await put({ key: { S: 'whole' }, a: { S: '3' } });
      expect(await get('whole')).toEqual({ key: { S: 'whole' }, a: { S: '3' } });
    });

    it('refuses items and keys that do not match the table', async () => {
      const wrong: Record<string, AttributeValue>[] = [
        { other: { S: 'x' } },
        { key: { N: '1' } },
        { key: { S: '' } },
        { key: { S: 'k'.repeat(2_049) } },
        { key: { S: 'large' }, v: { S: 'x'.repeat(410_000) } },
      ];
      for (const item of wrong) {
        expect(await errorName(put(item))).toBe('ValidationException');
      }
      const twoKeys = { key: { S: 'x' }, other: { S: 'y' } };
      for (const Key of [{}, twoKeys]) {
        expect(await errorName(client.send(new GetItemCommand({ TableName: 'cache', Key })))).toBe(
          'ValidationException',
        );
      }
      const nowhere = { TableName: 'none', Item: { key: { S: 'x' } } };
      expect(await errorName(client.send(new PutItemCommand(nowhere)))).toBe('ResourceNotFoundException');
      // An item just below the limit of 400 KB is accepted.
      await put({ key: { S: 'large' }, v: { S: 'x'.repeat(409_500) } });
    });

    it('may still return an expired item', async () => {
      const past = String(Math.floor(Date.now() / 1_000) - 5);
      await put({ key: { S: 'expired' }, expires: { N: past } });
      expect(await get('expired')).toEqual({ key: { S: 'expired' }, expires: { N: past } });
    });
  });
}
