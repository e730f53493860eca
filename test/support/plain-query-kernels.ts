import type { QueryKernels } from '../../src/indexes/snapshot/kernels/kernels.ts';
import { addF, divF, mulF, nearest, rotatePlain, subF } from './plain-rotation.ts';

const ROWS = 32;
/** Largest table entry. */
const MOST = 63;
const COLUMNS: readonly number[] = [0, 1, 2, 3];

/**
 * The query kernels in plain JavaScript, on the same memory, with bit-identical results to
 * kernels/assembly/query.ts: float operations are rounded to 32 bits, and integers are summed exactly.
 */
export function plainQueryKernels(buffer: ArrayBuffer): QueryKernels {
  const view = new DataView(buffer);
  const bytes = new Uint8Array(buffer);
  const float = (at: number): number => view.getFloat32(at, true);
  const word = (at: number): number => view.getUint32(at, true);

  const lowOf = (at: number): number =>
    COLUMNS.reduce((low, index) => addF(low, Math.min(float(at + 4 * index), 0)), 0);

  const isBefore = (scoreA: number, rowA: number, scoreB: number, rowB: number): boolean =>
    scoreA > scoreB || (scoreA === scoreB && rowA < rowB);

  const kernels: QueryKernels = {
    rotate: (values, dimensions, size, signs, rounds) =>
      rotatePlain(view, values, dimensions, size, signs, rounds),

    buildTable(query, groups, table, scales, sums) {
      let widest = 0;
      let lows = 0;
      for (let group = 0; group < groups; group++) {
        const at = query + 16 * group;
        const low = lowOf(at);
        const high = COLUMNS.reduce((sum, index) => addF(sum, Math.max(float(at + 4 * index), 0)), 0);
        lows = addF(lows, low);
        widest = Math.max(widest, subF(high, low));
      }
      const step = widest > 0 ? divF(widest, MOST) : 1;
      for (let group = 0; group < groups; group++) {
        const at = query + 16 * group;
        for (let subset = 0; subset < 16; subset++) {
          const member = COLUMNS.find((index) => (subset >> index) & 1);
          const sum =
            member === undefined
              ? -lowOf(at)
              : addF(float(sums + 4 * (subset & (subset - 1))), float(at + 4 * member));
          view.setFloat32(sums + 4 * subset, sum, true);
          bytes[table + 16 * group + subset] = Math.min(MOST, Math.max(0, nearest(divF(sum, step))));
        }
      }
      view.setFloat32(scales, step, true);
      view.setFloat32(scales + 4, lows, true);
    },

    scan(...given) {
      const [blocks, stride, planesAt, planes, groups, list, listed, run, totalBlocks, totalRows] = given;
      const [table, scale, offset, factorLow, factorStep] = given.slice(10, 15) as number[];
      const [mask, scores, rows, capacity, keep, sums] = given.slice(15) as number[];
      let count = 0;
      let threshold = Number.NEGATIVE_INFINITY;
      for (let entry = 0; entry < listed; entry++) {
        const first = word(list + 4 * entry) * run;
        for (let block = first; block < Math.min(first + run, totalBlocks); block++) {
          const at = blocks + block * stride;
          const allowed = (row: number): boolean =>
            block * ROWS + row < totalRows && (mask === 0 || ((word(mask! + 4 * block) >>> row) & 1) === 1);
          if (!Array.from({ length: ROWS }, (_, row) => row).some(allowed)) continue;
          const totals = planeSums(at + planesAt, planes, groups, table!);
          totals.forEach((total, row) => {
            view.setInt32(sums! + 4 * row, total, true);
          });
          for (let row = 0; row < ROWS; row += 4) {
            const estimates = COLUMNS.map((lane) => {
              const factor = addF(
                factorLow!,
                mulF(factorStep!, view.getUint16(at + 16 + 2 * (row + lane), true)),
              );
              return mulF(factor, addF(mulF(Math.fround(totals[row + lane]!), scale!), offset!));
            });
            const above = COLUMNS.filter((lane) => estimates[lane]! > threshold && allowed(row + lane));
            if (above.length === 0) continue;
            for (const lane of COLUMNS) view.setFloat32(sums! + 4 * (row + lane), estimates[lane]!, true);
            for (const lane of above) {
              view.setFloat32(scores! + 4 * count, estimates[lane]!, true);
              view.setUint32(rows! + 4 * count, block * ROWS + row + lane, true);
              count += 1;
            }
            if (count + 4 <= capacity!) continue;
            threshold = kernels.select(scores!, rows!, count, keep!);
            count = keep!;
          }
        }
      }
      if (count <= keep!) return count;
      kernels.select(scores!, rows!, count, keep!);
      return keep!;
    },

    select(scores, rows, count, keep) {
      let low = 0;
      let high = count - 1;
      const target = keep - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        const [score, row] = [float(scores + 4 * middle), word(rows + 4 * middle)];
        let [left, right] = [low, high];
        while (left <= right) {
          while (isBefore(float(scores + 4 * left), word(rows + 4 * left), score, row)) left++;
          while (isBefore(score, row, float(scores + 4 * right), word(rows + 4 * right))) right--;
          if (left > right) continue;
          for (const list of [scores, rows]) {
            const kept = word(list + 4 * left);
            view.setUint32(list + 4 * left, word(list + 4 * right), true);
            view.setUint32(list + 4 * right, kept, true);
          }
          left++;
          right--;
        }
        if (target <= right) high = right;
        else if (target >= left) low = left;
        else break;
      }
      return float(scores + 4 * target);
    },

    dots(query, vectors, stride, scales, scaleStride, list, count, dimensions, scores) {
      for (let index = 0; index < count; index++) {
        const row = list === 0 ? index : word(list + 4 * index);
        let total = 0;
        for (let place = 0; place < dimensions; place++) {
          const value = view.getInt8(vectors + row * stride + place);
          total = (total + value * view.getInt16(query + 2 * place, true)) | 0;
        }
        view.setFloat32(
          scores + 4 * index,
          mulF(Math.fround(total), float(scales + row * scaleStride)),
          true,
        );
      }
    },

    decode(codes, length, symbols, lengths, out, limit) {
      let to = 0;
      for (let at = codes; at < codes + length && to <= limit; at++) {
        const code = bytes[at]!;
        if (code === 255) {
          at += 1;
          bytes[out + to++] = at < codes + length ? bytes[at]! : 0;
        } else {
          // Always copies 8 bytes; the next symbol overwrites the excess.
          bytes.copyWithin(out + to, symbols + 8 * code, symbols + 8 * code + 8);
          to += bytes[lengths + code]!;
        }
      }
      return to;
    },
  };

  /** Returns, for each of 32 rows, the sum of its table entries over all bit planes, weighted by plane. */
  function planeSums(at: number, planes: number, groups: number, table: number): Int32Array {
    const totals = new Int32Array(ROWS);
    for (let plane = 0; plane < planes; plane++)
      for (let group = 0; group < groups; group++)
        for (let row = 0; row < ROWS; row++) {
          const packed = bytes[at + 16 * (plane * groups + group) + (row & 15)]!;
          const subset = row < 16 ? packed & 15 : packed >> 4;
          totals[row]! += bytes[table + 16 * group + subset]! << plane;
        }
    return totals;
  }

  return kernels;
}
