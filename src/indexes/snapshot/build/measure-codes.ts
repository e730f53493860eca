import type { Metric } from '../../../core/index.ts';
import type { Collected } from './collect.ts';
import type { RowOrder } from './order-rows.ts';

/** Margin above the sample's largest correction factor; larger factors are clamped. */
const FACTOR_MARGIN = 1.25;
/** Maximum code of a factor, which is stored in 16 bits. */
export const MAX_FACTOR_CODE = 65_535;

/** Uses the sample to estimate the step in which factors are stored and the error of estimated scores. */
export function measureCodes(
  { memory, kernels, dimensions }: Collected,
  order: RowOrder,
  codeBits: number,
  metric: Metric,
): { readonly factorStep: number; readonly estimateError: number } {
  const size = 4 * dimensions;
  const work = memory.reserve(size);
  const meanAt = memory.reserve(size);
  const planes = memory.reserve(codeBits * 4 * dimensions);
  const variance = memory.reserve(4);
  memory.floats.set(order.mean, meanAt / 4);
  let largest = 0;
  const variances = new Float32Array(order.sampled);
  for (let index = 0; index < order.sampled; index++) {
    memory.bytes.copyWithin(work, order.sample + index * size, order.sample + (index + 1) * size);
    kernels.addScaled(work, meanAt, -1, dimensions);
    largest = Math.max(largest, kernels.encode(work, dimensions, codeBits, planes, 0, variance));
    variances[index] = memory.floats[variance / 4]!;
  }
  return {
    factorStep: Math.fround((largest * FACTOR_MARGIN) / MAX_FACTOR_CODE) || 1,
    estimateError: Math.sqrt(mean(metric === 'dot' ? largestTenth(variances) : variances) / dimensions),
  };
}

/** By inner product, the best results are among the longest vectors, whose codes have the largest errors. */
const largestTenth = (values: Float32Array): Float32Array =>
  values
    .slice()
    .sort()
    .subarray(Math.floor(0.9 * values.length));

const mean = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
