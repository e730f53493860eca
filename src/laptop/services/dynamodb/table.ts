import { attributeOf, checkItem, type Item, invalid, itemBytes } from './attribute-value.ts';

const MAX_ITEM_BYTES = 400 * 1_024;
const MAX_KEY_BYTES = 2_048;
/**
 * How long expired items are still returned. DynamoDB may take days to delete them, so readers must check the
 * attribute; this delay reveals readers that do not.
 */
const EXPIRED_KEPT_MS = 600_000;
const SWEEP_MS = 60_000;

/** A table that exists from the start. */
export interface TableOptions {
  readonly name: string;
  /** Name of the partition key, a string attribute. */
  readonly partitionKey: string;
  /** The attribute with an item's expiry in seconds since 1970; without it items do not expire. */
  readonly ttlAttribute?: string;
}

/** A table in memory. */
export class Table {
  readonly #options: TableOptions;
  readonly #items = new Map<string, Item>();
  readonly #now: () => number;
  #sweptMs = 0;

  constructor(options: TableOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  /** @throws ValidationException */
  get(given: Item): Item | undefined {
    const key = checkItem(given);
    if (Object.keys(key).length !== 1 || attributeOf(key, this.#options.partitionKey) === undefined) {
      throw invalid('The provided key element does not match the schema');
    }
    return this.#items.get(this.#keyOf(key));
  }

  /** @throws ValidationException */
  put(given: Item): void {
    this.#sweep();
    const item = checkItem(given);
    const key = this.#keyOf(item);
    if (itemBytes(item) > MAX_ITEM_BYTES) throw invalid('Item size has exceeded the maximum allowed size');
    this.#items.set(key, item);
  }

  #keyOf(item: Item): string {
    const name = this.#options.partitionKey;
    const value = attributeOf(item, name);
    if (value === undefined) {
      throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`);
    }
    if (!('S' in value)) {
      throw invalid(
        `One or more parameter values were invalid: Type mismatch for key ${name} expected: S actual: ${Object.keys(value).join()}`,
      );
    }
    if (value.S === '') {
      throw invalid(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
      );
    }
    if (Buffer.byteLength(value.S) > MAX_KEY_BYTES) {
      throw invalid(
        `One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of ${MAX_KEY_BYTES} bytes`,
      );
    }
    return value.S;
  }

  #sweep(): void {
    const now = this.#now();
    const { ttlAttribute } = this.#options;
    if (ttlAttribute === undefined || now - this.#sweptMs < SWEEP_MS) return;
    this.#sweptMs = now;
    for (const [key, item] of this.#items) {
      const expires = attributeOf(item, ttlAttribute);
      if (expires !== undefined && 'N' in expires && Number(expires.N) * 1_000 + EXPIRED_KEPT_MS < now) {
        this.#items.delete(key);
      }
    }
  }
}
