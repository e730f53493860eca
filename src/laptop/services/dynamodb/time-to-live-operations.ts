import { z } from 'zod';
import { type JsonOperation, operation } from '../json/operation.ts';
import { invalid } from './attribute-value.ts';
import { TABLE_NAME, type Tables } from './tables.ts';

const VALIDATION = 'ValidationException';
const UPDATE = z.strictObject({
  TableName: TABLE_NAME,
  TimeToLiveSpecification: z.strictObject({
    AttributeName: z.string().min(1).max(255),
    Enabled: z.boolean(),
  }),
});

/** The operations on the expiry of a table's items. */
export const timeToLiveOperations = (tables: Tables): Readonly<Record<string, JsonOperation>> => ({
  UpdateTimeToLive: operation(VALIDATION, UPDATE, ({ TableName, TimeToLiveSpecification }) => {
    const table = tables.get(TableName);
    const { AttributeName, Enabled } = TimeToLiveSpecification;
    if ((table.ttlAttribute !== undefined) === Enabled) {
      throw invalid(`TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`);
    }
    table.ttlAttribute = Enabled ? AttributeName : undefined;
    return { TimeToLiveSpecification };
  }),

  DescribeTimeToLive: operation(VALIDATION, z.strictObject({ TableName: TABLE_NAME }), ({ TableName }) => {
    const { ttlAttribute } = tables.get(TableName);
    return {
      TimeToLiveDescription:
        ttlAttribute === undefined
          ? { TimeToLiveStatus: 'DISABLED' }
          : { TimeToLiveStatus: 'ENABLED', AttributeName: ttlAttribute },
    };
  }),
});
