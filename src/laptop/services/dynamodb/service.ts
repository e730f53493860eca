import type { JsonService } from '../json/operation.ts';
import { itemOperations } from './item-operations.ts';
import { tableOperations } from './table-operations.ts';
import { type TableOptions, Tables } from './tables.ts';
import { timeToLiveOperations } from './time-to-live-operations.ts';

/** DynamoDB in memory, limited to reads and writes of single items, which is what a cache needs. */
export function dynamodbService(
  region: string,
  given: readonly TableOptions[] = [],
  now: () => number = Date.now,
): JsonService {
  const tables = new Tables(region, given, now);
  return {
    target: 'DynamoDB_20120810',
    contentType: 'application/x-amz-json-1.0',
    errorNamespace: 'com.amazonaws.dynamodb.v20120810',
    validationError: 'ValidationException',
    maxBodyBytes: 16 * 1_024 ** 2,
    operations: { ...tableOperations(tables), ...itemOperations(tables), ...timeToLiveOperations(tables) },
  };
}
