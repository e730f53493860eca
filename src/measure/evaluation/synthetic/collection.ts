import { gaussian, type Random, SragError, seededRandom } from '../../../core/index.ts';

/** Settings of {@link syntheticCollection}. */
export interface SyntheticOptions {
  readonly rows: number;
  /** Length of the vectors, 2 to 4,096. */
  readonly dimensions: number;
  /** Number of topics. More topics mean fewer rows near a query, which are easier to find. */
  readonly clusters: number;
  /** Held-out queries. Default 100. */
  readonly queries?: number;
  /** The same seed yields the same collection on every machine. */
  readonly seed: number;
}

/** A synthetic collection: clustered unit vectors with short generated texts of the same topics. */
export interface SyntheticCollection {
  readonly dimensions: number;
  /** The components of row i are at the indexes from `i * dimensions` to `(i + 1) * dimensions - 1`. */
  readonly vectors: Float32Array;
  readonly documents: readonly {
    readonly id: string;
    readonly title: string;
    readonly text: string;
    readonly topic: number;
  }[];
  readonly queries: readonly { readonly id: string; readonly text: string }[];
  readonly queryVectors: Float32Array;
}

/** Standard deviation of component i: (i + 1) to this power. Real embeddings vary in few directions. */
const SPECTRUM_EXPONENT = -0.5;
/** Standard deviation of a row from the centre of its topic, relative to that of the centres. */
const SPREAD = 0.6;
const SYLLABLES =
  'ba be bi bo da de di do ka ke ki ko la le li lo ma me mi mo na ne ni no ra re ri ro sa se si so'.split(
    ' ',
  );
const COMMON_WORDS = 200;
const TOPIC_WORDS = 40;

/**
 * Generates a collection whose vectors resemble real embeddings to an index: clusters of uneven sizes, a power-law
 * spectrum, no privileged axes. Queries come from the same distribution and are not among the rows.
 * @throws INVALID_ARGUMENT for a number out of range
 */
export function syntheticCollection(options: SyntheticOptions): SyntheticCollection {
  const { rows, dimensions, clusters, queries = 100, seed } = options;
  checkInteger('rows', rows, 1, 10_000_000);
  checkInteger('dimensions', dimensions, 2, 4_096);
  checkInteger('clusters', clusters, 1, rows);
  checkInteger('queries', queries, 1, 1_000_000);
  const random = seededRandom(seed);
  const deviations = Float64Array.from(
    { length: dimensions },
    (_, index) => (index + 1) ** SPECTRUM_EXPONENT,
  );
  const rotate = randomRotation(dimensions, random);
  const centres = Array.from({ length: clusters }, () =>
    deviations.map((deviation) => deviation * gaussian(random)),
  );
  const words = Array.from({ length: COMMON_WORDS + clusters * TOPIC_WORDS }, (_, index) =>
    syntheticWord(index),
  );
  const make = (target: Float32Array, row: number): { topic: number; text: (count: number) => string } => {
    const topic = Math.floor(clusters * random() ** 1.5);
    const centre = centres[topic]!;
    const vector = centre.map((value, index) => value + SPREAD * deviations[index]! * gaussian(random));
    target.set(unit(rotate(vector)), row * dimensions);
    return { topic, text: (count) => syntheticText(words, topic, count, random) };
  };
  const vectors = new Float32Array(rows * dimensions);
  const documents = Array.from({ length: rows }, (_, row) => {
    const { topic, text } = make(vectors, row);
    return { id: `d${row}`, title: text(3), text: `${text(24)}.`, topic };
  });
  const queryVectors = new Float32Array(queries * dimensions);
  const questions = Array.from({ length: queries }, (_, row) => ({
    id: `q${row}`,
    text: make(queryVectors, row).text(5),
  }));
  return { dimensions, vectors, documents, queries: questions, queryVectors };
}

/** Rotates random pairs of components in 2 log2(n) layers, which mix all n components. */
function randomRotation(dimensions: number, random: Random): (vector: Float64Array) => Float64Array {
  const layers = Array.from({ length: 2 * Math.ceil(Math.log2(dimensions)) }, () => {
    const order = Array.from({ length: dimensions }, (_, index) => index);
    for (let last = dimensions - 1; last > 0; last--) {
      const other = Math.floor(random() * (last + 1));
      [order[last], order[other]] = [order[other]!, order[last]!];
    }
    const angles = Array.from({ length: dimensions >> 1 }, () => 2 * Math.PI * random());
    return { order, cosines: angles.map(Math.cos), sines: angles.map(Math.sin) };
  });
  return (vector) => {
    for (const { order, cosines, sines } of layers) {
      for (let pair = 0; pair < cosines.length; pair++) {
        const [left, right] = [order[2 * pair]!, order[2 * pair + 1]!];
        const [x, y] = [vector[left]!, vector[right]!];
        vector[left] = cosines[pair]! * x - sines[pair]! * y;
        vector[right] = sines[pair]! * x + cosines[pair]! * y;
      }
    }
    return vector;
  };
}

function unit(vector: Float64Array): Float64Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const scale = 1 / Math.sqrt(sum);
  return vector.map((value) => value * scale);
}

/** The word for a number: two or more syllables, different for each number. */
function syntheticWord(index: number): string {
  let [word, rest] = [SYLLABLES[index % SYLLABLES.length]!, Math.floor(index / SYLLABLES.length)];
  do {
    word += SYLLABLES[rest % SYLLABLES.length]!;
    rest = Math.floor(rest / SYLLABLES.length);
  } while (rest > 0);
  return word;
}

/** Generates text: half common, half topic words. As in real text, words at low indexes are more frequent. */
function syntheticText(words: readonly string[], topic: number, count: number, random: Random): string {
  const pick = (from: number, size: number): string => words[from + Math.floor(size * random() ** 3)]!;
  const one = (): string =>
    random() < 0.5 ? pick(0, COMMON_WORDS) : pick(COMMON_WORDS + topic * TOPIC_WORDS, TOPIC_WORDS);
  return Array.from({ length: count }, one).join(' ');
}

function checkInteger(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new SragError(
    'INVALID_ARGUMENT',
    `${name} is ${value}; it must be a whole number from ${min} to ${max}.`,
    {
      fields: { path: name, actual: value },
    },
  );
}
