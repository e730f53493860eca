import { wireError } from '../wire-error.ts';
import {
  type AttributeValue,
  attributeOf,
  checkItem,
  type Item,
  invalid,
  itemBytes,
} from './attribute-value.ts';
import { type Condition, isMet } from './condition.ts';

const MAX_ITEM_BYTES = 400 * 1_024;
const MAX_KEY_BYTES = { HASH: 2_048, RANGE: 1_024 } as const;
/**
 * How long expired items are still returned. DynamoDB may take days to delete them, so readers must check the
 * attribute; this delay reveals readers that do not.
 */
const EXPIRED_KEPT_MS = 600_000;
const SWEEP_MS = 60_000;

export interface KeyAttribute {
  readonly name: string;
  readonly role: 'HASH' | 'RANGE';
  readonly type: 'S' | 'N' | 'B';
}

/** A table in memory. */
export class Table {
  readonly name: string;
  readonly keys: readonly KeyAttribute[];
  readonly createdMs: number;
  /** The attribute with an item's expiry in seconds since 1970; undefined if items do not expire. */
  ttlAttribute: string | undefined;
  readonly #items = new Map<string, Item>();
  readonly #now: () => number;
  #sweptMs = 0;

  constructor(name: string, keys: readonly KeyAttribute[], now: () => number) {
    this.name = name;
    this.keys = keys;
    this.#now = now;
    this.createdMs = now();
  }

  get size(): number {
    return this.#items.size;
  }

  get bytes(): number {
    return [...this.#items.values()].reduce((sum, item) => sum + itemBytes(item), 0);
  }

  get(key: Item): Item | undefined {
    return this.#items.get(this.#pathOf(this.#checkKey(key)));
  }

  /** Returns the replaced item. @throws ValidationException, ConditionalCheckFailedException */
  put(given: Item, condition?: Condition): Item | undefined {
    this.#sweep();
    const item = checkItem(given);
    const path = this.#pathOf(item);
    if (itemBytes(item) > MAX_ITEM_BYTES) throw invalid('Item size has exceeded the maximum allowed size');
    const before = this.#items.get(path);
    checkCondition(before, condition);
    this.#items.set(path, item);
    return before;
  }

  /** Returns the deleted item. @throws ValidationException, ConditionalCheckFailedException */
  delete(key: Item, condition?: Condition): Item | undefined {
    const path = this.#pathOf(this.#checkKey(key));
    const before = this.#items.get(path);
    checkCondition(before, condition);
    this.#items.delete(path);
    return before;
  }

  #checkKey(given: Item): Item {
    const key = checkItem(given);
    if (
      Object.keys(key).length !== this.keys.length ||
      this.keys.some(({ name }) => attributeOf(key, name) === undefined)
    ) {
      throw invalid('The provided key element does not match the schema');
    }
    return key;
  }

  #pathOf(item: Item): string {
    return JSON.stringify(this.keys.map((key) => keyContent(attributeOf(item, key.name), key)));
  }

  #sweep(): void {
    const now = this.#now();
    const { ttlAttribute } = this;
    if (ttlAttribute === undefined || now - this.#sweptMs < SWEEP_MS) return;
    this.#sweptMs = now;
    for (const [path, item] of this.#items) {
      const expires = attributeOf(item, ttlAttribute);
      if (expires !== undefined && 'N' in expires && Number(expires.N) * 1_000 + EXPIRED_KEPT_MS < now) {
        this.#items.delete(path);
      }
    }
  }
}

function keyContent(value: AttributeValue | undefined, { name, role, type }: KeyAttribute): string {
  if (value === undefined) {
    throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`);
  }
  const [[actual, content]] = Object.entries(value) as [[string, string]];
  if (actual !== type) {
    throw invalid(
      `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${type} actual: ${actual}`,
    );
  }
  if (content === '') {
    throw invalid(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
    );
  }
  if (type !== 'N' && Buffer.byteLength(content, type === 'B' ? 'base64' : 'utf8') > MAX_KEY_BYTES[role]) {
    throw invalid(
      `One or more parameter values were invalid: Size of ${role === 'HASH' ? 'hashkey' : 'rangekey'} has exceeded the maximum size limit of ${MAX_KEY_BYTES[role]} bytes`,
    );
  }
  return content;
}

function checkCondition(item: Item | undefined, condition: Condition | undefined): void {
  if (condition !== undefined && !isMet(condition, item)) {
    throw wireError('ConditionalCheckFailedException', 400, 'The conditional request failed');
  }
}
