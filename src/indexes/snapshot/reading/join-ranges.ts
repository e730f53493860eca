import type { ByteRange } from '../../../io/storage/index.ts';

/** A request that covers one or more wanted ranges. */
export interface JoinedRange extends ByteRange {
  /** Indexes of the covered ranges in the input list. */
  readonly covers: readonly number[];
}

/** Options of {@link joinRanges}. */
export interface JoinOptions {
  /** Target number of requests: above it, ranges are joined over the smallest gaps. */
  readonly maxRequests: number;
  /** Gaps up to this size are always joined: reading them costs less than another request. */
  readonly gapBytes: number;
  /** Gaps above this size are never joined, however many requests result. */
  readonly widestGapBytes: number;
}

/** Joins ranges into few requests: over all small gaps, then over the smallest gaps until `maxRequests` is reached. */
export function joinRanges(
  ranges: readonly ByteRange[],
  { maxRequests, gapBytes, widestGapBytes }: JoinOptions,
): JoinedRange[] {
  const order = ranges
    .map((_, index) => index)
    .sort((left, right) => ranges[left]!.offset - ranges[right]!.offset);
  const gaps: { readonly before: number; readonly sizeBytes: number }[] = [];
  let end = Number.NEGATIVE_INFINITY;
  order.forEach((index, place) => {
    const { offset, length } = ranges[index]!;
    if (place > 0 && offset - end > gapBytes) gaps.push({ before: place, sizeBytes: offset - end });
    end = Math.max(end, offset + length);
  });
  const kept = gaps
    .sort((left, right) => right.sizeBytes - left.sizeBytes || left.before - right.before)
    .filter(({ sizeBytes }, place) => place < maxRequests - 1 || sizeBytes > widestGapBytes);
  const starts = new Set(kept.map(({ before }) => before));
  const joined: { offset: number; end: number; covers: number[] }[] = [];
  order.forEach((index, place) => {
    const { offset, length } = ranges[index]!;
    const last = joined.at(-1);
    if (last === undefined || starts.has(place))
      joined.push({ offset, end: offset + length, covers: [index] });
    else {
      last.end = Math.max(last.end, offset + length);
      last.covers.push(index);
    }
  });
  return joined.map(({ offset, end: until, covers }) => ({ offset, length: until - offset, covers }));
}
