import { z } from 'zod';
import { type JsonOperation, operation } from '../json/operation.ts';
import { ITEM, type Item } from './attribute-value.ts';
import { readCondition } from './condition.ts';
import { TABLE_NAME, type Tables } from './tables.ts';

const VALIDATION = 'ValidationException';
const CAPACITY = { ReturnConsumedCapacity: z.literal('NONE').optional() };
const GET = z.strictObject({
  TableName: TABLE_NAME,
  Key: ITEM,
  // Has no effect: all reads are consistent.
  ConsistentRead: z.boolean().optional(),
  ...CAPACITY,
});
const WRITE = {
  TableName: TABLE_NAME,
  ConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ReturnValues: z.enum(['NONE', 'ALL_OLD']).optional(),
  ReturnItemCollectionMetrics: z.literal('NONE').optional(),
  ...CAPACITY,
};

/** The operations on single items. */
export const itemOperations = (tables: Tables): Readonly<Record<string, JsonOperation>> => ({
  GetItem: operation(VALIDATION, GET, ({ TableName, Key }) => {
    const item = tables.get(TableName).get(Key);
    return item === undefined ? {} : { Item: item };
  }),

  PutItem: operation(
    VALIDATION,
    z.strictObject({ ...WRITE, Item: ITEM }),
    ({ TableName, Item, ConditionExpression, ExpressionAttributeNames, ReturnValues }) => {
      const condition = readCondition(ConditionExpression, ExpressionAttributeNames);
      return replaced(tables.get(TableName).put(Item, condition), ReturnValues);
    },
  ),

  DeleteItem: operation(
    VALIDATION,
    z.strictObject({ ...WRITE, Key: ITEM }),
    ({ TableName, Key, ConditionExpression, ExpressionAttributeNames, ReturnValues }) => {
      const condition = readCondition(ConditionExpression, ExpressionAttributeNames);
      return replaced(tables.get(TableName).delete(Key, condition), ReturnValues);
    },
  ),
});

/** The item before the write, if requested. */
const replaced = (item: Item | undefined, ReturnValues: string | undefined): object =>
  item === undefined || ReturnValues !== 'ALL_OLD' ? {} : { Attributes: item };
