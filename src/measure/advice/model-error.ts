import type { PriceTable } from '../../api/cost/index.ts';
import { backendCost, DEFAULT_WORKLOAD } from '../cost/index.ts';
import { quantile } from '../evaluation/statistics.ts';
import { backendOf } from './backend-of.ts';
import { billedFigures } from './candidate.ts';
import type { Measurement } from './measurement.ts';
import { type FittedFigures, isSame, type Prediction, Predictor, sizeName } from './predictor.ts';

/** Median errors of predictions for collections that the model was not fitted to; relative, except of recall. */
export interface ModelError {
  /** Of p50, p95 and first answers. */
  readonly latency: number;
  readonly memory: number;
  readonly build: number;
  /** Of a month at the default load of `srag cost`. */
  readonly cost: number;
  readonly recall: number;
  readonly predictions: number;
}

/** Every measured collection, predicted from the measurements of the others. */
export function* heldOut(
  measurements: readonly Measurement[],
): Generator<{ readonly measured: Measurement; readonly predicted: Prediction }> {
  for (const [held] of Map.groupBy(measurements, sizeName).values()) {
    const others = new Predictor(measurements.filter((one) => !isSame(one, held!)));
    for (const measured of measurements.filter((one) => isSame(one, held!))) {
      const predicted = others.predict(measured.kind, measured);
      if (predicted !== undefined) yield { measured, predicted };
    }
  }
}

/** The error of predictions, by leaving out one collection at a time. */
export function modelError(measurements: readonly Measurement[], prices: PriceTable): ModelError {
  const pairs = [...heldOut(measurements)];
  const of = (...figures: readonly (keyof FittedFigures)[]): number =>
    median(
      pairs.flatMap(({ measured, predicted }) =>
        figures.map((figure) => Math.abs(predicted[figure] / measured[figure] - 1)),
      ),
    );
  return {
    latency: of('p50Ms', 'p95Ms', 'firstMs'),
    memory: of('peakBytes'),
    build: of('buildMs'),
    cost: median(pairs.map(({ measured, predicted }) => costError(measured, predicted, prices))),
    recall: median(
      pairs.flatMap(({ measured, predicted }) =>
        measured.recall === undefined || predicted.recall === undefined
          ? []
          : [Math.abs(predicted.recall - measured.recall)],
      ),
    ),
    predictions: pairs.length,
  };
}

function costError(measured: Measurement, predicted: Prediction, prices: PriceTable): number {
  const { kind, rows, dimensions } = measured;
  const backend = backendOf(kind)!;
  const workload = { ...DEFAULT_WORKLOAD, rows, dimensions };
  const usdOf = (one: Prediction): number =>
    backendCost(backend, workload, billedFigures(one, backend, workload), prices).usdPerMonth;
  return Math.abs(usdOf(predicted) / usdOf({ ...measured, basis: 'measured' }) - 1);
}

const median = (values: readonly number[]): number => (values.length === 0 ? 0 : quantile(values, 0.5));
