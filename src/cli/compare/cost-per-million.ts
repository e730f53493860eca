import { estimateCost, type PriceTable } from '../../api/cost/index.ts';

/** Memory in MB of the function that answers `/retrieve` in a default deployment. */
const MEMORY_MB = 1_769;
const REPLY_BYTES = 20_000;
const MILLION = 1_000_000;

/**
 * US dollars for a million warm requests to `/retrieve` in a default deployment: the function for the
 * measured search time, the gateway, and the reads from storage. Logs, alarms and models are excluded; see
 * `srag cost`.
 */
export const costPerMillion = (
  warm: {
    readonly latencyMs: number;
    readonly reads: number | undefined;
    readonly bytes: number | undefined;
  },
  prices: PriceTable,
): number =>
  MILLION *
  estimateCost(
    {
      functions: [
        { name: 'retrieve', memoryMb: MEMORY_MB, architecture: 'x86_64', durationMs: warm.latencyMs },
      ],
      gateway: { kind: 'rest', requests: 1, bytesOut: REPLY_BYTES },
      storage:
        warm.reads === undefined || warm.bytes === undefined
          ? undefined
          : { reads: warm.reads, writes: 0, bytes: warm.bytes },
    },
    prices,
  ).totalUsd;

/** A note on the variants whose cost excludes reads because their number is unknown; undefined if there is none. */
export function unpricedReadsNote(
  variants: readonly { readonly name: string; readonly reads: number | undefined }[],
): string | undefined {
  const names = variants.filter(({ reads }) => reads === undefined).map(({ name }) => name);
  return names.length === 0
    ? undefined
    : `$ per million excludes the storage or server that ${names.join(', ')} reads from: the number of reads is unknown.`;
}
