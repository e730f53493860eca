import { hasCode, SragError } from '../../core/index.ts';
import { excerpt, withRetry } from '../../io/remote/index.ts';
import type { OpenSearchClient } from './client.ts';
import { BLOCKED, unexpectedAnswer } from './errors.ts';

/** A row in the bulk format: two lines. */
export interface BulkRow {
  readonly id: string;
  readonly row: object;
}

interface BulkItem {
  readonly index: {
    readonly status: number;
    readonly error?: { readonly type?: string; readonly reason?: string };
  };
}

/** Maximum bytes of a request; small nodes of Amazon OpenSearch Service accept 10 MiB. */
const MAX_BYTES = 5 * 1_024 * 1_024;
const TIMEOUT_MS = 60_000;
/** A build may wait longer than a search until the server is no longer overloaded. */
const RETRY = { attempts: 12, baseMs: 200, capMs: 10_000 };

const isTemporary = ({ status, error }: BulkItem['index']): boolean =>
  (status === 429 || status >= 500) && !BLOCKED.test(error?.type ?? '');

/**
 * Writes rows, in requests of bounded size. Rows that the server rejects temporarily are sent again after a
 * wait; since rows have ids, no row is written twice.
 * @throws THROTTLED, SEARCH_SERVER_FAILED and the errors of the client
 */
export async function writeRows(
  client: OpenSearchClient,
  index: string,
  rows: readonly BulkRow[],
  signal: AbortSignal | undefined,
): Promise<void> {
  let lines: string[] = [];
  let bytes = 0;
  for (const { id, row } of rows) {
    const line = `{"index":{"_id":${JSON.stringify(id)}}}\n${JSON.stringify(row)}\n`;
    const size = Buffer.byteLength(line);
    if (lines.length > 0 && bytes + size > MAX_BYTES) {
      await writeLines(client, index, lines, signal);
      [lines, bytes] = [[], 0];
    }
    lines.push(line);
    bytes += size;
  }
  if (lines.length > 0) await writeLines(client, index, lines, signal);
}

async function writeLines(
  client: OpenSearchClient,
  index: string,
  lines: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  let pending = lines;
  const write = async (): Promise<void> => {
    const results = (await sendLines(client, index, pending, signal)).map(({ index: item }) => item);
    const refused = results.find((result) => result.status >= 400 && !isTemporary(result));
    if (refused !== undefined) throw refusedRow(refused);
    pending = pending.filter((_, number) => isTemporary(results[number]!));
    if (pending.length > 0) throw rejectedRows(pending.length);
  };
  await withRetry(write, { policy: RETRY, signal });
}

/** Sends the lines in one request, or in halves if the server accepts only smaller requests. */
async function sendLines(
  client: OpenSearchClient,
  index: string,
  lines: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly BulkItem[]> {
  try {
    // `writeLines` retries.
    const { json } = await client.send({
      method: 'POST',
      path: `/${index}/_bulk?filter_path=items.*.status,items.*.error.type,items.*.error.reason`,
      action: 'Writing rows',
      body: lines.join(''),
      timeoutMs: TIMEOUT_MS,
      attempts: 1,
      signal,
    });
    const items = (json.items ?? []) as readonly BulkItem[];
    if (items.length !== lines.length) throw unexpectedAnswer('Writing rows', 'items');
    return items;
  } catch (error) {
    if (!hasCode(error, 'SEARCH_SERVER_FAILED') || error.fields.status !== 413 || lines.length === 1)
      throw error;
    const middle = lines.length >> 1;
    return [
      ...(await sendLines(client, index, lines.slice(0, middle), signal)),
      ...(await sendLines(client, index, lines.slice(middle), signal)),
    ];
  }
}

const refusedRow = ({ status, error }: BulkItem['index']): SragError =>
  new SragError(
    'SEARCH_SERVER_FAILED',
    `Writing rows: OpenSearch refused a row with ${status} (${error?.type ?? 'no reason'}).`,
    {
      remedy: 'Nothing was published. The command line shows the reason of the server.',
      upstream: excerpt(error?.reason ?? ''),
      fields: { status, type: error?.type },
    },
  );

const rejectedRows = (rows: number): SragError =>
  new SragError('THROTTLED', `Writing rows: OpenSearch rejected ${rows} rows because it is overloaded.`, {
    remedy: 'Build again when the server has less to do, or give it more nodes. Nothing was published.',
    fields: { rows, retryable: true },
  });
