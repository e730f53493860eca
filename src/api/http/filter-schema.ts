import { FILTER_LIMITS } from '../../core/index.ts';

const SELF = { $ref: '#/$defs/Filter' };
const text = { type: 'string', maxLength: FILTER_LIMITS.textLength };
const field = { type: 'string', description: 'A filterable field of the collection.' };
const object = (properties: Readonly<Record<string, object>>): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

/** JSON schema of a filter, for documentation; `checkFilter` validates against the collection's fields. */
export const FILTER_SCHEMA = {
  id: 'Filter',
  description: 'A condition on a field, or filters combined by `and`, `or` or `not`.',
  oneOf: [
    object({
      field,
      op: { enum: ['eq', 'ne', 'lt', 'lte', 'gt', 'gte'] },
      value: { anyOf: [text, { type: 'number' }, { type: 'boolean' }] },
    }),
    object({
      field,
      op: { const: 'in' },
      value: {
        type: 'array',
        minItems: 1,
        maxItems: FILTER_LIMITS.valuesPerList,
        items: { anyOf: [text, { type: 'number' }, { type: 'boolean' }] },
      },
    }),
    object({ and: { type: 'array', items: SELF } }),
    object({ or: { type: 'array', items: SELF } }),
    object({ not: SELF }),
  ],
  'x-limits': { depth: FILTER_LIMITS.depth, parts: FILTER_LIMITS.parts, values: FILTER_LIMITS.values },
} as const;
