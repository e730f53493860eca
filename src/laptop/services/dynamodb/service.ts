import { z } from 'zod';
import { type JsonService, operation } from '../json/operation.ts';
import { wireError } from '../wire-error.ts';
import { ITEM, invalid } from './attribute-value.ts';
import { readCondition } from './condition.ts';
import { type KeyAttribute, Table } from './table.ts';

const VALIDATION = 'ValidationException';
const NAME = z.string().regex(/^[A-Za-z0-9_.-]{3,255}$/, 'a table has 3 to 255 characters a-zA-Z0-9_.-');
const CAPACITY = { ReturnConsumedCapacity: z.literal('NONE').optional() };
const WRITE = {
  TableName: NAME,
  ConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ReturnValues: z.enum(['NONE', 'ALL_OLD']).optional(),
  ReturnItemCollectionMetrics: z.literal('NONE').optional(),
  ...CAPACITY,
};

/** A table that exists from the start. */
export interface TableOptions {
  readonly name: string;
  /** Name of the partition key, a string attribute. */
  readonly partitionKey: string;
  readonly ttlAttribute?: string;
}

/** DynamoDB: reads and writes of single items in memory, as a cache needs them. */
export function dynamodbService(
  region: string,
  given: readonly TableOptions[] = [],
  now: () => number = Date.now,
): JsonService {
  const tables = new Map<string, Table>();
  for (const { name, partitionKey, ttlAttribute } of given) {
    const table = new Table(name, [{ name: partitionKey, role: 'HASH', type: 'S' }], now);
    table.ttlAttribute = ttlAttribute;
    tables.set(name, table);
  }

  /** @throws ResourceNotFoundException */
  const find = (name: string, message = 'Requested resource not found'): Table => {
    const table = tables.get(name);
    if (table === undefined) throw wireError('ResourceNotFoundException', 400, message);
    return table;
  };

  const describe = (table: Table, TableStatus = 'ACTIVE') => ({
    TableName: table.name,
    TableStatus,
    TableArn: `arn:aws:dynamodb:${region}:000000000000:table/${table.name}`,
    AttributeDefinitions: table.keys.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    KeySchema: table.keys.map(({ name, role }) => ({ AttributeName: name, KeyType: role })),
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    CreationDateTime: table.createdMs / 1_000,
    ItemCount: table.size,
    TableSizeBytes: table.bytes,
  });

  const old = (item: object | undefined, ReturnValues: string | undefined) =>
    item === undefined || ReturnValues !== 'ALL_OLD' ? {} : { Attributes: item };

  return {
    target: 'DynamoDB_20120810',
    contentType: 'application/x-amz-json-1.0',
    errorNamespace: 'com.amazonaws.dynamodb.v20120810',
    validationError: VALIDATION,
    maxBodyBytes: 16 * 1_024 ** 2,
    operations: {
      CreateTable: operation(
        VALIDATION,
        z.strictObject({
          TableName: NAME,
          AttributeDefinitions: z.array(
            z.strictObject({ AttributeName: z.string().min(1), AttributeType: z.enum(['S', 'N', 'B']) }),
          ),
          KeySchema: z
            .array(z.strictObject({ AttributeName: z.string().min(1), KeyType: z.enum(['HASH', 'RANGE']) }))
            .min(1)
            .max(2),
          BillingMode: z.literal('PAY_PER_REQUEST'),
        }),
        ({ TableName, AttributeDefinitions, KeySchema }) => {
          if (tables.has(TableName)) {
            throw wireError('ResourceInUseException', 400, `Table already exists: ${TableName}`);
          }
          const table = new Table(TableName, keysOf(KeySchema, AttributeDefinitions), now);
          tables.set(TableName, table);
          return { TableDescription: describe(table) };
        },
      ),

      DescribeTable: operation(VALIDATION, z.strictObject({ TableName: NAME }), ({ TableName }) => ({
        Table: describe(find(TableName, `Requested resource not found: Table: ${TableName} not found`)),
      })),

      DeleteTable: operation(VALIDATION, z.strictObject({ TableName: NAME }), ({ TableName }) => {
        const table = find(TableName, `Requested resource not found: Table: ${TableName} not found`);
        tables.delete(TableName);
        return { TableDescription: describe(table, 'DELETING') };
      }),

      GetItem: operation(
        VALIDATION,
        // All reads are consistent.
        z.strictObject({ TableName: NAME, Key: ITEM, ConsistentRead: z.boolean().optional(), ...CAPACITY }),
        ({ TableName, Key }) => {
          const item = find(TableName).get(Key);
          return item === undefined ? {} : { Item: item };
        },
      ),

      PutItem: operation(
        VALIDATION,
        z.strictObject({ ...WRITE, Item: ITEM }),
        ({ TableName, Item, ConditionExpression, ExpressionAttributeNames, ReturnValues }) => {
          const condition = readCondition(ConditionExpression, ExpressionAttributeNames);
          return old(find(TableName).put(Item, condition), ReturnValues);
        },
      ),

      DeleteItem: operation(
        VALIDATION,
        z.strictObject({ ...WRITE, Key: ITEM }),
        ({ TableName, Key, ConditionExpression, ExpressionAttributeNames, ReturnValues }) => {
          const condition = readCondition(ConditionExpression, ExpressionAttributeNames);
          return old(find(TableName).delete(Key, condition), ReturnValues);
        },
      ),

      UpdateTimeToLive: operation(
        VALIDATION,
        z.strictObject({
          TableName: NAME,
          TimeToLiveSpecification: z.strictObject({
            AttributeName: z.string().min(1).max(255),
            Enabled: z.boolean(),
          }),
        }),
        ({ TableName, TimeToLiveSpecification }) => {
          const table = find(TableName);
          const { AttributeName, Enabled } = TimeToLiveSpecification;
          if ((table.ttlAttribute !== undefined) === Enabled) {
            throw invalid(`TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`);
          }
          table.ttlAttribute = Enabled ? AttributeName : undefined;
          return { TimeToLiveSpecification };
        },
      ),

      DescribeTimeToLive: operation(VALIDATION, z.strictObject({ TableName: NAME }), ({ TableName }) => {
        const { ttlAttribute } = find(TableName);
        return {
          TimeToLiveDescription:
            ttlAttribute === undefined
              ? { TimeToLiveStatus: 'DISABLED' }
              : { TimeToLiveStatus: 'ENABLED', AttributeName: ttlAttribute },
        };
      }),
    },
  };
}

function keysOf(
  schema: readonly { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }[],
  definitions: readonly { readonly AttributeName: string; readonly AttributeType: 'S' | 'N' | 'B' }[],
): KeyAttribute[] {
  if (schema[0]?.KeyType !== 'HASH' || schema[1]?.KeyType === 'HASH') {
    throw invalid('Invalid KeySchema: The first KeySchemaElement is HASH, the second RANGE');
  }
  if (definitions.length !== schema.length) {
    throw invalid(
      'One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    );
  }
  return schema.map(({ AttributeName: name, KeyType: role }) => {
    const type = definitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
    if (type !== undefined) return { name, role, type };
    throw invalid(
      'One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions.',
    );
  });
}
