import type { OpenSearchClient } from './client.ts';

/** Bytes of an index without its replicas. */
export async function sizeOf(
  client: OpenSearchClient,
  index: string,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const { json } = await client.send({
    method: 'GET',
    path: `/${index}/_stats/store`,
    action: 'Measuring the index',
    signal,
  });
  const all = json._all as { primaries?: { store?: { size_in_bytes?: number } } } | undefined;
  return all?.primaries?.store?.size_in_bytes;
}
