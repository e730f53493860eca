import { quantile } from '../evaluation/statistics.ts';
import { type Coefficients, evaluateAt, featuresOf, fitNonNegative } from './fit.ts';
import type { Measurement } from './measurement.ts';

/**
 * Where a figure comes from. `measured`: a measurement of such a collection; `modelled`: fitted to measurements of
 * smaller and larger ones; `extrapolated`: beyond them; `simulated`: by the fleet simulation from such figures;
 * `priced`: at list prices; `published`: stated by the vendor, or assumed from what it states.
 */
export type Basis = 'measured' | 'modelled' | 'extrapolated' | 'simulated' | 'priced' | 'published';

const FITTED = ['p50Ms', 'p95Ms', 'firstMs', 'peakBytes', 'sizeBytes', 'buildMs'] as const;
type Fitted = (typeof FITTED)[number];
export type FittedFigures = Readonly<Record<Fitted, number>>;

/** Figures of a kind on a collection that need not have been measured. */
export interface Prediction extends FittedFigures {
  readonly kind: string;
  /** Recall against exact search; undefined if it was never measured. */
  readonly recall: number | undefined;
  /** Storage reads; undefined if the kind does not count them. */
  readonly warmReads?: number | undefined;
  readonly coldReads?: number | undefined;
  readonly basis: 'measured' | 'modelled' | 'extrapolated' | 'published';
}

export interface Collection {
  readonly rows: number;
  readonly dimensions: number;
}

/** Fewest collections of different sizes that a kind is fitted to. */
const FEWEST_SIZES = 4;
/** A measurement of a collection whose number of rows differs by at most this share is used as it is. */
const SAME_SIZE = 0.1;
/** Up to this factor beyond the measured sizes, a prediction does not count as extrapolated. */
const MARGIN = 1.5;

/** Predicts the figures of index kinds from measurements of the same mode and storage. */
export class Predictor {
  readonly #measurements: readonly Measurement[];
  readonly #models = new Map<string, KindModel>();

  constructor(measurements: readonly Measurement[]) {
    this.#measurements = measurements;
    for (const [kind, of] of Map.groupBy(measurements, (one) => one.kind))
      if (sizesOf(of) >= FEWEST_SIZES) this.#models.set(kind, fitKind(of));
  }

  /** The kinds that can be predicted for this collection. */
  kinds(collection: Collection): readonly string[] {
    const measured = this.#measurements.filter((one) => isSame(one, collection)).map(({ kind }) => kind);
    return [...new Set([...this.#models.keys(), ...measured])].sort();
  }

  /** Figures of a kind; undefined if there are too few measurements of it. */
  predict(kind: string, collection: Collection): Prediction | undefined {
    const same = this.#measurements.filter((one) => one.kind === kind && isSame(one, collection));
    if (same.length > 0) return meanOf(kind, same);
    const model = this.#models.get(kind);
    if (model === undefined) return undefined;
    const { rows, dimensions } = collection;
    // A smaller collection than any that was measured is not expected to be faster.
    const rowsOf = (figure: Fitted): number =>
      figure === 'sizeBytes' || figure === 'buildMs' ? rows : Math.max(rows, model.rows[0]);
    const figures = Object.fromEntries(
      FITTED.map((figure) => [figure, evaluateAt(model.coefficients[figure], rowsOf(figure), dimensions)]),
    ) as Record<Fitted, number>;
    const missed = model.missed && evaluateAt(model.missed, rows, dimensions);
    return {
      kind,
      ...figures,
      p95Ms: Math.max(figures.p95Ms, figures.p50Ms),
      recall: missed === undefined ? undefined : Math.max(0, 1 - missed),
      warmReads: model.warmReads,
      coldReads: model.coldReads,
      basis: isBeyond(model, collection) ? 'extrapolated' : 'modelled',
    };
  }
}

const medianOf = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : quantile(known, 0.5);
};

interface KindModel {
  readonly coefficients: Readonly<Record<Fitted, Coefficients>>;
  /** Of the share of the exact hits that the kind does not find. */
  readonly missed: Coefficients | undefined;
  readonly warmReads: number | undefined;
  readonly coldReads: number | undefined;
  readonly rows: readonly [least: number, most: number];
  readonly numbers: readonly [least: number, most: number];
}

function fitKind(measurements: readonly Measurement[]): KindModel {
  const features = measurements.map(({ rows, dimensions }) => featuresOf(rows, dimensions));
  const fitted = FITTED.map((figure) => {
    const values = measurements.map((one) => one[figure]);
    return [
      figure,
      fitNonNegative(
        features,
        values,
        values.map((value) => 1 / value),
      ),
    ];
  });
  const judged = measurements.filter(({ recall }) => recall !== undefined);
  return {
    coefficients: Object.fromEntries(fitted) as Record<Fitted, Coefficients>,
    missed:
      judged.length < FEWEST_SIZES
        ? undefined
        : fitNonNegative(
            judged.map(({ rows, dimensions }) => featuresOf(rows, dimensions)),
            judged.map(({ recall }) => 1 - recall!),
            judged.map(() => 1),
          ),
    warmReads: medianOf(measurements.map(({ warmReads }) => warmReads)),
    coldReads: medianOf(measurements.map(({ coldReads }) => coldReads)),
    rows: rangeOf(measurements.map(({ rows }) => rows)),
    numbers: rangeOf(measurements.map(({ rows, dimensions }) => rows * dimensions)),
  };
}

const rangeOf = (values: readonly number[]): readonly [number, number] => [
  Math.min(...values),
  Math.max(...values),
];

const isBeyond = ({ rows, numbers }: KindModel, collection: Collection): boolean =>
  isOutside(collection.rows, rows) || isOutside(collection.rows * collection.dimensions, numbers);

const isOutside = (value: number, [least, most]: readonly [number, number]): boolean =>
  value < least / MARGIN || value > most * MARGIN;

export const sizeName = ({ rows, dimensions }: Collection): string => `${rows}x${dimensions}`;
const sizesOf = (measurements: readonly Measurement[]): number => new Set(measurements.map(sizeName)).size;

/** Whether a measurement of one collection is used for the other as it is. */
export const isSame = (one: Collection, other: Collection): boolean =>
  one.dimensions === other.dimensions && Math.abs(one.rows / other.rows - 1) <= SAME_SIZE;

function meanOf(kind: string, same: readonly Measurement[]): Prediction {
  const mean = (figure: keyof FittedFigures): number =>
    same.reduce((sum, one) => sum + one[figure], 0) / same.length;
  const recalls = same.flatMap(({ recall }) => (recall === undefined ? [] : [recall]));
  return {
    kind,
    ...(Object.fromEntries(FITTED.map((figure) => [figure, mean(figure)])) as Record<Fitted, number>),
    recall: recalls.length === 0 ? undefined : recalls.reduce((sum, one) => sum + one, 0) / recalls.length,
    warmReads: medianOf(same.map(({ warmReads }) => warmReads)),
    coldReads: medianOf(same.map(({ coldReads }) => coldReads)),
    basis: 'measured',
  };
}
