import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode, SragError, throwIfAborted, undefinedIf } from '../../core/index.ts';
import { excerpt } from '../../io/remote/index.ts';
import type { OpenSearchClient } from './client.ts';
import { unexpectedAnswer } from './errors.ts';

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
/** Attempts for rows that the server rejects while it is overloaded. */
const ATTEMPTS = 12;
/** Waits between these attempts; they double. */
const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [100, 10_000];

const isTemporary = (status: number): boolean => status === 429 || status >= 500;

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
  for (let attempt = 1; pending.length > 0; attempt++) {
    throwIfAborted(signal);
    // Rejected as a whole, none of the rows is written.
    const items = await sendLines(client, index, pending, signal).catch(undefinedIf('THROTTLED'));
    const results = items?.map(({ index: item }) => item);
    const refused = results?.find(({ status }) => status >= 400 && !isTemporary(status));
    if (refused !== undefined) throw refusedRow(refused);
    if (results !== undefined) pending = pending.filter((_, number) => isTemporary(results[number]!.status));
    if (pending.length === 0) return;
    if (attempt === ATTEMPTS) throw rejectedRows(pending.length, attempt);
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
    const waitMs = longest / 2 + (Math.random() * longest) / 2;
    await sleep(waitMs, undefined, { signal }).catch(() => throwIfAborted(signal));
  }
}

/** Sends the lines in one request, or in halves if the server accepts only smaller requests. */
async function sendLines(
  client: OpenSearchClient,
  index: string,
  lines: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly BulkItem[]> {
  try {
    const { json } = await client.send({
      method: 'POST',
      path: `/${index}/_bulk?filter_path=items.*.status,items.*.error.type,items.*.error.reason`,
      action: 'Writing rows',
      body: lines.join(''),
      timeoutMs: TIMEOUT_MS,
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

const rejectedRows = (rows: number, attempts: number): SragError =>
  new SragError(
    'THROTTLED',
    `Writing rows: OpenSearch rejected ${rows} rows ${attempts} times because it is overloaded.`,
    {
      remedy: 'Build again when the server has less to do, or give it more nodes. Nothing was published.',
      fields: { rows, attempts },
    },
  );
