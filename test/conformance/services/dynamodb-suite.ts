import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorName, type ServicePlace } from './place.ts';

/** The operations of DynamoDB that srag's query cache uses. */
export function dynamodbSuite(name: string, makePlace: () => Promise<ServicePlace>): void {
  describe(`tables: ${name}`, () => {
    let client: DynamoDBClient;
    beforeAll(async () => {
      client = new DynamoDBClient({ ...(await makePlace()), maxAttempts: 1 });
      await client.send(
        new CreateTableCommand({
          TableName: 'cache',
          AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
    });
    afterAll(() => client?.destroy());

    const put = (Item: Record<string, AttributeValue>, more: Partial<PutItemCommandInput> = {}) =>
      client.send(new PutItemCommand({ TableName: 'cache', Item, ...more }));
    const get = async (key: string) =>
      (await client.send(new GetItemCommand({ TableName: 'cache', Key: { key: { S: key } } }))).Item;

    it('describes a table, and refuses to create it twice', async () => {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: 'cache' }));
      expect(Table).toMatchObject({
        TableName: 'cache',
        TableStatus: 'ACTIVE',
        KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
      });
      const again = client.send(
        new CreateTableCommand({
          TableName: 'cache',
          AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
      expect(await errorName(again)).toBe('ResourceInUseException');
      expect(await errorName(client.send(new DescribeTableCommand({ TableName: 'none' })))).toBe(
        'ResourceNotFoundException',
      );
    });

    it('returns an item with attributes of every type', async () => {
      const item: Record<string, AttributeValue> = {
        key: { S: 'types' },
        text: { S: '한글 😀' },
        empty: { S: '' },
        bytes: { B: Uint8Array.from([0, 1, 255]) },
        yes: { BOOL: true },
        nothing: { NULL: true },
        words: { SS: ['a', 'b'] },
        list: { L: [{ S: 'x' }, { M: { deep: { N: '1' } } }] },
        map: { M: { constructor: { S: 'a name that objects have' } } },
      };
      await put(item);
      expect(await get('types')).toEqual(item);
      expect(await get('another')).toBeUndefined();
    });

    it('normalises numbers', async () => {
      const spellings = {
        '1.50': '1.5',
        '1e3': '1000',
        '-0.00': '0',
        '+7': '7',
        '007': '7',
        '.5': '0.5',
        '1.2E-3': '0.0012',
        '-120': '-120',
        '12345678901234567890123456789012345678': '12345678901234567890123456789012345678',
      };
      for (const [spelling, value] of Object.entries(spellings)) {
        await put({ key: { S: 'number' }, n: { N: spelling } });
        expect((await get('number'))?.n, spelling).toEqual({ N: value });
      }
      for (const wrong of ['', 'x', '1e126', '123456789012345678901234567890123456789']) {
        expect(await errorName(put({ key: { S: 'number' }, n: { N: wrong } })), wrong).toBe(
          'ValidationException',
        );
      }
    });

    it('replaces all attributes of an item, and returns the old item on request', async () => {
      await put({ key: { S: 'whole' }, a: { S: '1' }, b: { S: '2' } });
      const { Attributes } = await put({ key: { S: 'whole' }, a: { S: '3' } }, { ReturnValues: 'ALL_OLD' });
      expect(Attributes).toEqual({ key: { S: 'whole' }, a: { S: '1' }, b: { S: '2' } });
      expect(await get('whole')).toEqual({ key: { S: 'whole' }, a: { S: '3' } });
    });

    it('writes if the item is absent or has an attribute, as the condition requires', async () => {
      const absent = {
        ConditionExpression: 'attribute_not_exists(#k)',
        ExpressionAttributeNames: { '#k': 'key' },
      };
      await put({ key: { S: 'condition' }, v: { N: '1' } }, absent);
      expect(await errorName(put({ key: { S: 'condition' }, v: { N: '2' } }, absent))).toBe(
        'ConditionalCheckFailedException',
      );
      expect((await get('condition'))?.v).toEqual({ N: '1' });
      const present = { ConditionExpression: 'attribute_exists(v)' };
      await put({ key: { S: 'condition' }, w: { N: '3' } }, present);
      expect(await errorName(put({ key: { S: 'condition' } }, present))).toBe(
        'ConditionalCheckFailedException',
      );
      const unused = { ...present, ExpressionAttributeNames: { '#x': 'x' } };
      expect(await errorName(put({ key: { S: 'condition' } }, unused))).toBe('ValidationException');
    });

    it('lets exactly one of twenty racing writers create an item', async () => {
      const ends = await Promise.all(
        Array.from({ length: 20 }, (_, writer) =>
          errorName(
            put(
              { key: { S: 'race' }, writer: { N: String(writer) } },
              {
                ConditionExpression: 'attribute_not_exists(#k)',
                ExpressionAttributeNames: { '#k': 'key' },
              },
            ),
          ),
        ),
      );
      const winners = ends.flatMap((end, writer) => (end === 'it was done' ? [String(writer)] : []));
      expect(winners.map((N) => ({ N }))).toEqual([(await get('race'))?.writer]);
    });

    it('deletes an item, and ignores a missing one', async () => {
      await put({ key: { S: 'deleted' }, v: { S: 'x' } });
      const remove = (key: string) =>
        client.send(
          new DeleteItemCommand({ TableName: 'cache', Key: { key: { S: key } }, ReturnValues: 'ALL_OLD' }),
        );
      expect((await remove('deleted')).Attributes).toEqual({ key: { S: 'deleted' }, v: { S: 'x' } });
      expect((await remove('deleted')).Attributes).toBeUndefined();
      expect(await get('deleted')).toBeUndefined();
    });

    it('refuses items and keys that do not match the table', async () => {
      const wrong: Record<string, AttributeValue>[] = [
        { other: { S: 'x' } },
        { key: { N: '1' } },
        { key: { S: '' } },
        { key: { S: 'k'.repeat(2_049) } },
        { key: { S: 'large' }, v: { S: 'x'.repeat(410_000) } },
        { key: { S: 'set' }, v: { SS: [] } },
        { key: { S: 'set' }, v: { SS: ['a', 'a'] } },
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

    it('distinguishes items by both keys', async () => {
      await client.send(
        new CreateTableCommand({
          TableName: 'two-keys',
          AttributeDefinitions: [
            { AttributeName: 'a', AttributeType: 'S' },
            { AttributeName: 'n', AttributeType: 'N' },
          ],
          KeySchema: [
            { AttributeName: 'a', KeyType: 'HASH' },
            { AttributeName: 'n', KeyType: 'RANGE' },
          ],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
      const TableName = 'two-keys';
      for (const n of ['1', '2']) {
        await client.send(
          new PutItemCommand({ TableName, Item: { a: { S: 'x' }, n: { N: n }, v: { S: n } } }),
        );
      }
      const read = async (n: string) =>
        (await client.send(new GetItemCommand({ TableName, Key: { a: { S: 'x' }, n: { N: n } } }))).Item?.v;
      expect([await read('1.0'), await read('2'), await read('3')]).toEqual([
        { S: '1' },
        { S: '2' },
        undefined,
      ]);
      await client.send(new DeleteTableCommand({ TableName }));
      expect(await errorName(read('1'))).toBe('ResourceNotFoundException');
    });

    it('supports a time to live, and may still return an expired item', async () => {
      await client.send(
        new UpdateTimeToLiveCommand({
          TableName: 'cache',
          TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
        }),
      );
      const { TimeToLiveDescription } = await client.send(
        new DescribeTimeToLiveCommand({ TableName: 'cache' }),
      );
      expect(TimeToLiveDescription).toMatchObject({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
      const past = String(Math.floor(Date.now() / 1_000) - 5);
      await put({ key: { S: 'expired' }, expires: { N: past } });
      expect(await get('expired')).toEqual({ key: { S: 'expired' }, expires: { N: past } });
    });
  });
}
