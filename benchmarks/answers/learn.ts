/** Values of features by name; absent ones are 0. */
export type Features = Readonly<Record<string, number>>;

/** Alternatives of which at least one is right: a model is fitted that gives the right ones the highest scores. */
export interface Choice {
  readonly alternatives: readonly { readonly features: Features; readonly isRight: boolean }[];
  readonly weight: number;
}

/** A statement that is true or false, for a model of its probability. */
export interface Example {
  readonly features: Features;
  readonly isTrue: boolean;
  readonly weight: number;
}

type Objective = (weights: Float64Array, gradient: Float64Array) => number;

/** Features as rows of a matrix, scaled to a standard deviation of 1. */
class Table {
  readonly names: readonly string[];
  readonly rows: Float64Array;
  readonly #scales: Float64Array;

  constructor(features: readonly Features[], names?: readonly string[]) {
    this.names = names ?? [...new Set(features.flatMap((each) => Object.keys(each)))].sort();
    const width = this.names.length;
    this.rows = new Float64Array(features.length * width);
    for (const [row, each] of features.entries())
      for (const [column, name] of this.names.entries()) this.rows[row * width + column] = each[name] ?? 0;
    this.#scales = new Float64Array(width);
    for (let column = 0; column < width; column++) {
      let sum = 0;
      let squares = 0;
      for (let at = column; at < this.rows.length; at += width) {
        sum += this.rows[at]!;
        squares += this.rows[at]! ** 2;
      }
      const mean = sum / features.length;
      const deviation = Math.sqrt(Math.max(0, squares / features.length - mean ** 2));
      this.#scales[column] = deviation < 1e-6 ? 1 : deviation;
      for (let at = column; at < this.rows.length; at += width) this.rows[at]! /= this.#scales[column]!;
    }
  }

  score(row: number, weights: Float64Array): number {
    const width = this.names.length;
    let sum = 0;
    for (let column = 0; column < width; column++) sum += weights[column]! * this.rows[row * width + column]!;
    return sum;
  }

  addTo(gradient: Float64Array, row: number, factor: number): void {
    const width = this.names.length;
    for (let column = 0; column < width; column++)
      gradient[column]! += factor * this.rows[row * width + column]!;
  }

  /** The weights for unscaled features. */
  unscaled(weights: Float64Array): Record<string, number> {
    return Object.fromEntries(
      this.names.map((name, column) => [name, rounded(weights[column]! / this.#scales[column]!)]),
    );
  }
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

/**
 * Fits a linear score by maximum likelihood of the right alternatives under softmax, with a ridge penalty on scaled
 * weights.
 */
export function fitChoices(choices: readonly Choice[], ridge: number): Record<string, number> {
  const usable = choices.filter(({ alternatives }) => {
    const right = alternatives.filter(({ isRight }) => isRight).length;
    return right > 0 && right < alternatives.length;
  });
  const table = new Table(usable.flatMap(({ alternatives }) => alternatives.map(({ features }) => features)));
  const weights = minimise(table.names.length, (at, gradient) => {
    let loss = addRidge(at, gradient, ridge);
    let row = 0;
    for (const { alternatives, weight } of usable) {
      const first = row;
      const scores = alternatives.map(() => table.score(row++, at));
      const top = Math.max(...scores);
      const values = scores.map((score) => Math.exp(score - top));
      const total = values.reduce((sum, value) => sum + value, 0);
      const right = values.reduce((sum, value, index) => sum + (alternatives[index]!.isRight ? value : 0), 0);
      loss -= weight * Math.log(right / total);
      for (const [index, value] of values.entries()) {
        const target = alternatives[index]!.isRight ? value / right : 0;
        table.addTo(gradient, first + index, weight * (value / total - target));
      }
    }
    return loss;
  });
  return table.unscaled(weights);
}

/** Fits a logistic model of the named features, with a ridge penalty; the key `bias` is the constant. */
export function fitProbability(
  examples: readonly Example[],
  names: readonly string[],
  ridge: number,
): Record<string, number> {
  const table = new Table(
    examples.map(({ features }) => features),
    names,
  );
  const width = names.length;
  const weights = minimise(width + 1, (at, gradient) => {
    let loss = addRidge(at.subarray(0, width), gradient, ridge);
    for (const [row, { isTrue, weight }] of examples.entries()) {
      const chance = 1 / (1 + Math.exp(-table.score(row, at) - at[width]!));
      loss -= weight * Math.log(Math.max(1e-12, isTrue ? chance : 1 - chance));
      table.addTo(gradient, row, weight * (chance - Number(isTrue)));
      gradient[width]! += weight * (chance - Number(isTrue));
    }
    return loss;
  });
  return { ...table.unscaled(weights), bias: rounded(weights[width]!) };
}

function addRidge(weights: Float64Array, gradient: Float64Array, ridge: number): number {
  let sum = 0;
  for (const [index, weight] of weights.entries()) {
    gradient[index] = ridge * weight;
    sum += weight ** 2;
  }
  gradient.fill(0, weights.length);
  return (ridge * sum) / 2;
}

const ITERATIONS = 200;
/** Steps that L-BFGS remembers. */
const MEMORY = 10;

/** Minimises a function by L-BFGS with backtracking. */
function minimise(width: number, objective: Objective): Float64Array {
  let point = new Float64Array(width);
  let gradient = new Float64Array(width);
  let value = objective(point, gradient);
  const steps: { move: Float64Array; change: Float64Array; scale: number }[] = [];
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const direction = descent(gradient, steps);
    const slope = dot(direction, gradient);
    const next = new Float64Array(width);
    const nextGradient = new Float64Array(width);
    let length = iteration === 0 ? 1 / Math.max(1, Math.sqrt(dot(gradient, gradient))) : 1;
    let nextValue = value;
    for (; length > 1e-10; length /= 2) {
      for (let index = 0; index < width; index++) next[index] = point[index]! + length * direction[index]!;
      nextValue = objective(next, nextGradient);
      if (nextValue <= value + 1e-4 * length * slope) break;
    }
    if (!(nextValue < value)) break;
    const move = next.map((coordinate, index) => coordinate - point[index]!);
    const change = nextGradient.map((coordinate, index) => coordinate - gradient[index]!);
    const curvature = dot(move, change);
    if (curvature > 1e-12) {
      steps.push({ move, change, scale: 1 / curvature });
      if (steps.length > MEMORY) steps.shift();
    }
    const isDone = value - nextValue < 1e-7 * Math.abs(value);
    [point, gradient, value] = [next, nextGradient, nextValue];
    if (isDone) break;
  }
  return point;
}

function descent(
  gradient: Float64Array,
  steps: readonly { move: Float64Array; change: Float64Array; scale: number }[],
): Float64Array {
  const direction = gradient.slice();
  const factors: number[] = [];
  for (const { move, change, scale } of steps.toReversed()) {
    const factor = scale * dot(move, direction);
    factors.unshift(factor);
    for (let index = 0; index < direction.length; index++) direction[index]! -= factor * change[index]!;
  }
  const last = steps.at(-1);
  if (last !== undefined) {
    const shrink = 1 / (last.scale * dot(last.change, last.change));
    for (let index = 0; index < direction.length; index++) direction[index]! *= shrink;
  }
  for (const [at, { move, change, scale }] of steps.entries()) {
    const factor = factors[at]! - scale * dot(change, direction);
    for (let index = 0; index < direction.length; index++) direction[index]! += factor * move[index]!;
  }
  return direction.map((coordinate) => -coordinate);
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += left[index]! * right[index]!;
  return sum;
}
