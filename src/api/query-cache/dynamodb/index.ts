import { SragError } from '../../../core/index.ts';
import { AwsJsonRpc, type AwsRpcSettings } from '../../../io/remote/index.ts';
import type { ByteStore } from '../byte-cache.ts';
import type { CacheParts } from '../cache-parts.ts';
import type { CacheCallOptions } from '../port.ts';

/** At most two attempts: requests succeed without the cache, so longer retries would only delay them. */
const RETRY = { attempts: 2, baseMs: 10, capMs: 10 } as const;
/** Bytes of the attribute names and of the expiry number. */
const OVERHEAD_BYTES = 'key'.length + 'expiresAt'.length + 'value'.length + 8;

/**
 * Stores items `{key, expiresAt, value}` in a table whose partition key is `key` (string). `expiresAt`
 * (seconds since 1970) is the table's time-to-live attribute; DynamoDB may take days to delete expired items.
 */
class DynamoDbStore implements ByteStore {
  readonly id: string;
  readonly #table: string;
  readonly #rpc: AwsJsonRpc;

  constructor(table: string, settings: AwsRpcSettings) {
    this.id = `dynamodb:${table}`;
    this.#table = table;
    this.#rpc = new AwsJsonRpc('dynamodb', { retry: RETRY, ...settings });
  }

  async read(key: string, { signal, onUsage }: CacheCallOptions): Promise<Uint8Array | undefined> {
    const answer = (await this.#rpc.call(
      'GetItem',
      { TableName: this.#table, Key: { key: { S: key } } },
      { signal },
    )) as { Item?: { value?: { B?: unknown } } };
    const text = answer.Item?.value?.B;
    const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : undefined;
    // An eventually consistent read consumes half a unit per 4 KB, rounded up, even if no item is found.
    const reads = Math.max(1, Math.ceil(itemBytes(key, bytes) / 4_096)) / 2;
    onUsage?.({ reads, writes: 0 });
    return bytes;
  }

  async write(
    key: string,
    bytes: Uint8Array,
    expiresAtSeconds: number,
    { signal, onUsage }: CacheCallOptions,
  ): Promise<void> {
    const Item = {
      key: { S: key },
      expiresAt: { N: String(expiresAtSeconds) },
      value: { B: Buffer.from(bytes).toString('base64') },
    };
    await this.#rpc.call('PutItem', { TableName: this.#table, Item }, { signal });
    onUsage?.({ reads: 0, writes: Math.ceil(itemBytes(key, bytes) / 1_024) });
  }

  async close(): Promise<void> {
    this.#rpc.close();
  }
}

const itemBytes = (key: string, bytes: Uint8Array | undefined): number =>
  bytes === undefined ? 0 : OVERHEAD_BYTES + key.length + bytes.length;

/** @throws INVALID_CONFIG for an invalid table name; CREDENTIALS_MISSING */
export async function open(table: string, { aws }: CacheParts): Promise<ByteStore> {
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(table)) {
    throw new SragError('INVALID_CONFIG', `'${table}' is not a valid DynamoDB table name.`, {
      remedy: 'Write dynamodb:TABLE; a name has 3 to 255 letters, digits, dots, hyphens and underscores.',
      fields: { path: 'SRAG_QUERY_CACHE', value: table },
    });
  }
  if (aws === undefined) {
    throw new SragError('CREDENTIALS_MISSING', 'No region or no credentials are set for DynamoDB.', {
      remedy: 'Set AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    });
  }
  return new DynamoDbStore(table, aws);
}
