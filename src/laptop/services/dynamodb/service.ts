import { z } from 'zod';
import { type JsonService, operation } from '../json/operation.ts';
import { wireError } from '../wire-error.ts';
import { ITEM } from './attribute-value.ts';
import { Table, type TableOptions } from './table.ts';

const VALIDATION = 'ValidationException';
const GET = z.strictObject({ TableName: z.string(), Key: ITEM });
const PUT = z.strictObject({ TableName: z.string(), Item: ITEM });

/** DynamoDB in memory, limited to reads and writes of single items, which is what a cache needs. */
export function dynamodbService(
  given: readonly TableOptions[] = [],
  now: () => number = Date.now,
): JsonService {
  const tables = new Map(given.map((options) => [options.name, new Table(options, now)]));
  const tableOf = (name: string): Table => {
    const table = tables.get(name);
    if (table === undefined)
      throw wireError('ResourceNotFoundException', 400, 'Requested resource not found');
    return table;
  };
  return {
    target: 'DynamoDB_20120810',
    contentType: 'application/x-amz-json-1.0',
    errorNamespace: 'com.amazonaws.dynamodb.v20120810',
    validationError: VALIDATION,
    maxBodyBytes: 16 * 1_024 ** 2,
    operations: {
      GetItem: operation(VALIDATION, GET, ({ TableName, Key }) => {
        const item = tableOf(TableName).get(Key);
        return item === undefined ? {} : { Item: item };
      }),

      PutItem: operation(VALIDATION, PUT, ({ TableName, Item }) => {
        tableOf(TableName).put(Item);
        return {};
      }),
    },
  };
}
