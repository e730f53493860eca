import type { ByteRange } from '../../../io/storage/index.ts';

/** A request that covers one or more wanted ranges. */
export interface JoinedRange extends ByteRange {
  /** Numbers of the ranges it covers, in the list that was given. */
  readonly covers: readonly number[];
}

/** How ranges are joined. */
export interface JoinOptions {
  /** Requests aimed at: where there would be more, they are joined over their smallest gaps. */
  readonly maxRequests: number;
  /** Gaps up to this are always read over: they cost less than another request. */
  readonly gapBytes: number;
  /** Gaps over this are never read over, however many requests that makes. */
  readonly widestGapBytes: number;
}

/** Joins ranges into few requests: over every small gap, then over the smallest until few enough are left. */
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
