import { COLD_SCAN_BYTES, paddedDimensions } from '../format/layout.ts';
import { SECTION_NAMES } from '../format/sections.ts';
import type { OpenedSnapshot } from './opened.ts';

/** Price of 1,000 GET requests in S3 Standard, us-east-1, as of 2026-11. */
const USD_PER_1000_READS = 0.0004;
/** Assumptions for cold-start estimates: time to the first byte, and transfer rate into a function. */
const LATENCY_MS = 25;
const BYTES_PER_MS = 75_000;
/**
 * Number and size of the record reads of a first question, approximately as measured for 100,000 abstracts.
 */
const RECORD_READS = 13;
const RECORD_BYTES = 2 ** 20;
/**
 * Number of requests and share of the codes read if only the codes of the nearest leaves are read,
 * approximately as measured for a million synthetic vectors.
 */
const CODE_READS = 44;
const PROBED_SHARE = 0.05;

/** Human-readable sections, settings, memory and cold-start cost. */
export function describeSnapshot(opened: OpenedSnapshot): Readonly<Record<string, string | number>> {
  const { header, reader } = opened;
  const { rows, vectors, buildId } = header;
  const sections = SECTION_NAMES.map((name) => [`${name}Bytes`, reader.sizeBytes(name)] as const);
  const total = sections.reduce((sum, [, size]) => sum + size, 0);
  const facts: Record<string, string | number> = {
    buildId,
    rows,
    totalBytes: total,
    ...Object.fromEntries(sections),
    bytesPerRow: rows === 0 ? 0 : Math.round(total / rows),
  };
  if (vectors === undefined) return { ...facts, plan: 'lexical only' };
  const codes = reader.sizeBytes('codes');
  const isWhole = codes <= COLD_SCAN_BYTES;
  const waves = isWhole ? 2 : 3;
  const records = Math.min(reader.sizeBytes('records'), RECORD_BYTES);
  const tables = reader.sizeBytes('leaves') + reader.sizeBytes('directory');
  const coldBytes = (isWhole ? codes : tables + PROBED_SHARE * codes) + records;
  const coldReads = 2 + (isWhole ? 0 : CODE_READS) + RECORD_READS;
  return {
    ...facts,
    dimensions: vectors.dimensions,
    codeBits: vectors.codeBits,
    codeBytesPerVector: Math.round((codes / Math.max(1, rows)) * 10) / 10,
    recordVectorBytes: paddedDimensions(vectors.dimensions),
    memoryWhenOpenBytes: codes + reader.sizeBytes('leaves') + reader.sizeBytes('directory'),
    plan: isWhole
      ? 'cold: read all codes in parallel with the pointer, then records; once open: compare leaves, scan codes in memory, read records'
      : 'cold: read leaves in parallel with the pointer, then the codes of the nearest, then records; once open: read missing codes, then records',
    coldWaves: waves,
    coldReadsExpected: coldReads,
    coldBytesExpected: Math.round(coldBytes),
    coldMsExpected: Math.round(waves * LATENCY_MS + coldBytes / BYTES_PER_MS),
    coldUsdPerMillion: Math.round(coldReads * USD_PER_1000_READS * 1_000 * 100) / 100,
  };
}
