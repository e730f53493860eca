/** Properties and measurements of one index, in milliseconds and bytes. */
export interface Measured {
  readonly rows: number;
  readonly dimensions: number;
  /** Of the sections. */
  readonly codesBytes: number;
  readonly directoryBytes: number;
  readonly leavesBytes: number;
  readonly totalBytes: number;
  readonly partitions: number;
  readonly nprobes: number;
  readonly coldMs: number;
  readonly coldReads: number;
  readonly coldWaves: number;
  readonly coldBytes: number;
  readonly warmMs: number;
  readonly recall: number;
  /** Resident memory after 1,000 queries without hydration, and after the warm queries. */
  readonly coldRssBytes: number;
  readonly warmRssBytes: number;
  readonly buildMs: number;
  readonly buildPeakBytes: number;
}

const LATENCY_MS = 25;
const BYTES_PER_MS = 75_000;
/** Maximum bytes of a directory to read whole. A larger one needs another wave: codes are read by leaf. */
const WHOLE_DIRECTORY_BYTES = 4 * 2 ** 20;
const MOST_LEAVES = 4_096;

/** The formulae as printed. */
export const FORMULAE = [
  'sections: proportional to rows, except the leaves, which are at most 4,096',
  'leaves to scan: .34 of all leaves x (100,000 / rows)^.7',
  'cold, ms: waves x 25 ms + bytes / 75 MB/s + the time of the largest measured index that these two terms do not explain',
  'cold, bytes: leaves + directory (if it is at most 4 MiB) + twice the codes of a third of the leaves to scan, because the gaps between them are also read',
  'warm, ms: proportional to the bytes of centroids and scanned codes',
  'memory, hydrated: codes + directory + leaves + the memory of the largest measured index that these three terms do not explain',
  'build: time is proportional to rows; memory grows linearly, as between the two largest measured indexes',
] as const;

/** Extrapolates to `rows` rows by the formulae, from the two largest measured sizes (ascending). */
export function extrapolate(measured: readonly Measured[], rows: number): Measured {
  const largest = measured.at(-1)!;
  const times = rows / largest.rows;
  const partitions = Math.min(MOST_LEAVES, Math.ceil(rows / 64));
  const leavesBytes = (largest.leavesBytes / largest.partitions) * partitions;
  const codesBytes = largest.codesBytes * times;
  const directoryBytes = largest.directoryBytes * times;
  const nprobes = Math.ceil(partitions * Math.min(1, 0.34 * (100_000 / rows) ** 0.7));
  const hasDirectory = directoryBytes <= WHOLE_DIRECTORY_BYTES;
  const probed = (nprobes / 3 / partitions) * codesBytes;
  const coldBytes = leavesBytes + (hasDirectory ? directoryBytes : 0) + 2 * probed;
  const coldWaves = hasDirectory ? 3 : 4;
  const transferMs = (waves: number, bytes: number): number => waves * LATENCY_MS + bytes / BYTES_PER_MS;
  const otherMs = largest.coldMs - transferMs(largest.coldWaves, largest.coldBytes);
  const scanned = (one: { nprobes: number; partitions: number; codesBytes: number; leavesBytes: number }) =>
    one.leavesBytes + (one.nprobes / one.partitions) * one.codesBytes;
  const tables = { nprobes, partitions, codesBytes, leavesBytes };
  const residentBytes = codesBytes + directoryBytes + leavesBytes;
  const formerBytes = largest.codesBytes + largest.directoryBytes + largest.leavesBytes;
  return {
    ...largest,
    ...tables,
    rows,
    directoryBytes,
    totalBytes: (largest.totalBytes - largest.leavesBytes) * times + leavesBytes,
    coldMs: otherMs + transferMs(coldWaves, coldBytes),
    coldReads: largest.coldReads,
    coldWaves,
    coldBytes,
    warmMs: (largest.warmMs * scanned(tables)) / scanned(largest),
    recall: Number.NaN,
    coldRssBytes: largest.coldRssBytes + Math.max(0, 2 * probed),
    warmRssBytes: largest.warmRssBytes - formerBytes + residentBytes,
    buildMs: largest.buildMs * times,
    buildPeakBytes: peakAt(measured, rows),
  };
}

function peakAt(measured: readonly Measured[], rows: number): number {
  const [before, largest] = measured.slice(-2);
  if (before === undefined || largest === undefined) return Number.NaN;
  const slope = Math.max(0, largest.buildPeakBytes - before.buildPeakBytes) / (largest.rows - before.rows);
  return largest.buildPeakBytes + slope * (rows - largest.rows);
}
