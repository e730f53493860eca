import fc from 'fast-check';

/** The subset of JSON Schema that the OpenAPI document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}
type Schemas = Readonly<Record<string, Schema>>;

/** Realistic and random texts. */
export const texts = fc.oneof(
  fc.constantFrom(
    'How many days of leave?',
    '연차 휴가는 며칠인가요?',
    'wireless network',
    'annual leave',
    '🧭 où?',
  ),
  fc.string({ maxLength: 60, unit: 'binary' }),
  fc.string({ maxLength: 60, unit: 'grapheme' }),
);

/** Names that exist on the fuzzed server, so that requests get past validation. */
const KNOWN: Readonly<Record<string, readonly unknown[]>> = {
  collection: ['default', 'words', 'nobody'],
  index: ['snapshot', 'lancedb-flat', 'lancedb-ivf-pq@v1', 'snapshot@nothing'],
  filter: [
    { field: 'year', op: 'gte', value: 2024 },
    {
      not: {
        or: [
          { field: 'team', op: 'in', value: ['it', 'people'] },
          { field: 'year', op: 'eq', value: 1 },
        ],
      },
    },
    { field: 'nobody', op: 'eq', value: 1 },
    { and: [] },
  ],
};

/** Values that satisfy a schema; the server's additional checks may still refuse some. */
export function valuesOf(schema: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return valuesOf(schemas[schema.$ref.split('/').at(-1)!]!, schemas);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  switch (schema.type) {
    case 'string':
      return schema.pattern === undefined ? texts : fc.stringMatching(new RegExp(schema.pattern));
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -10, max: Math.min(schema.maximum ?? 1_000, 1_000) });
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, schemas), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 8, 24),
      });
    case 'object':
      return objectsOf(schema, schemas);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

function objectsOf({ properties, required = [] }: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  if (properties === undefined)
    return fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue({ maxDepth: 2 }));
  const fields = Object.entries(properties).map(([name, schema]) => {
    const values = valuesOf(schema, schemas);
    const known = KNOWN[name];
    return [name, known === undefined ? values : fc.oneof(values, fc.constantFrom(...known))] as const;
  });
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...required] });
}
