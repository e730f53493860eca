import { z } from 'zod';
import { wireError } from '../wire-error.ts';
import { invalid } from './attribute-value.ts';
import { type KeyAttribute, Table } from './table.ts';

export const TABLE_NAME = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{3,255}$/, 'a table name has 3 to 255 characters of a-zA-Z0-9_.-');

/** A table that exists from the start. */
export interface TableOptions {
  readonly name: string;
  /** Name of the partition key, a string attribute. */
  readonly partitionKey: string;
  readonly ttlAttribute?: string;
}

/** The parameters of CreateTable that define the keys. */
export interface KeyDefinition {
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }[];
  readonly AttributeDefinitions: readonly {
    readonly AttributeName: string;
    readonly AttributeType: 'S' | 'N' | 'B';
  }[];
}

/** All tables, by name. */
export class Tables {
  readonly #region: string;
  readonly #byName = new Map<string, Table>();
  readonly #now: () => number;

  constructor(region: string, given: readonly TableOptions[], now: () => number) {
    this.#region = region;
    this.#now = now;
    for (const { name, partitionKey, ttlAttribute } of given) {
      this.#add(name, [{ name: partitionKey, role: 'HASH', type: 'S' }]).ttlAttribute = ttlAttribute;
    }
  }

  /** @throws ResourceInUseException, ValidationException */
  create(name: string, definition: KeyDefinition): Table {
    if (this.#byName.has(name)) {
      throw wireError('ResourceInUseException', 400, `Table already exists: ${name}`);
    }
    return this.#add(name, keysOf(definition));
  }

  /** @throws ResourceNotFoundException */
  get(name: string, message = 'Requested resource not found'): Table {
    const table = this.#byName.get(name);
    if (table === undefined) throw wireError('ResourceNotFoundException', 400, message);
    return table;
  }

  delete(name: string): void {
    this.#byName.delete(name);
  }

  arnOf(table: Table): string {
    return `arn:aws:dynamodb:${this.#region}:000000000000:table/${table.name}`;
  }

  #add(name: string, keys: readonly KeyAttribute[]): Table {
    const table = new Table(name, keys, this.#now);
    this.#byName.set(name, table);
    return table;
  }
}

function keysOf({ KeySchema: schema, AttributeDefinitions: definitions }: KeyDefinition): KeyAttribute[] {
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
