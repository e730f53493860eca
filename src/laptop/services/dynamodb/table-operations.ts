import { z } from 'zod';
import { type JsonOperation, operation } from '../json/operation.ts';
import type { Table } from './table.ts';
import { TABLE_NAME, type Tables } from './tables.ts';

const VALIDATION = 'ValidationException';
const CREATE = z.strictObject({
  TableName: TABLE_NAME,
  AttributeDefinitions: z.array(
    z.strictObject({ AttributeName: z.string().min(1), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: z
    .array(z.strictObject({ AttributeName: z.string().min(1), KeyType: z.enum(['HASH', 'RANGE']) }))
    .min(1)
    .max(2),
  BillingMode: z.literal('PAY_PER_REQUEST'),
});
const TABLE = z.strictObject({ TableName: TABLE_NAME });

/** The operations on whole tables. */
export const tableOperations = (tables: Tables): Readonly<Record<string, JsonOperation>> => ({
  CreateTable: operation(VALIDATION, CREATE, ({ TableName, ...definition }) => ({
    TableDescription: described(tables, tables.create(TableName, definition)),
  })),

  DescribeTable: operation(VALIDATION, TABLE, ({ TableName }) => ({
    Table: described(tables, tables.get(TableName, notFound(TableName))),
  })),

  DeleteTable: operation(VALIDATION, TABLE, ({ TableName }) => {
    const table = tables.get(TableName, notFound(TableName));
    tables.delete(TableName);
    return { TableDescription: described(tables, table, 'DELETING') };
  }),
});

const notFound = (name: string): string => `Requested resource not found: Table: ${name} not found`;

const described = (tables: Tables, table: Table, TableStatus = 'ACTIVE') => ({
  TableName: table.name,
  TableStatus,
  TableArn: tables.arnOf(table),
  AttributeDefinitions: table.keys.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
  KeySchema: table.keys.map(({ name, role }) => ({ AttributeName: name, KeyType: role })),
  BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
  CreationDateTime: table.createdMs / 1_000,
  ItemCount: table.size,
  TableSizeBytes: table.bytes,
});
