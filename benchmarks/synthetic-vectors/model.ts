import { gaussian, type Random, seededRandom } from '../../src/measure/index.ts';
import { type Rotation, seededRotation } from './rotation.ts';

/** Parameters of a synthetic collection. Equal settings draw equal rows, in any order and on any machine. */
export interface ModelSettings {
  readonly dimensions: number;
  readonly clusters: number;
  readonly seed: number;
  /**
   * Length of a row's own component, relative to its cluster's centre (0.75) and the common component (0.35);
   * a high value spreads the rows.
   */
  readonly spread: number;
}

/** Drawn rows: concatenated unit vectors, and the cluster of each. */
export interface DrawnRows {
  readonly vectors: Float32Array;
  readonly topics: Uint16Array;
}

const COMMON = 0.35;
const CENTRE = 0.75;
/**
 * The deviation of direction i within a cluster is (i + 1) ^ -exponent; a high value lets few directions
 * dominate.
 */
const OWN_EXPONENT = 0.75;
const CENTRE_EXPONENT = 0.25;
/**
 * Clusters are drawn as `u ^ SKEW` with uniform u, so sizes range from three fifths to ten times the mean.
 */
const SKEW = 1.5;

/** Clusters with a power-law spectrum, each along its own directions, rotated as a whole. */
export class ClusterModel {
  readonly settings: ModelSettings;
  readonly #rotate: Rotation;
  readonly #deviations: Float64Array;
  readonly #centres: Float32Array;
  /** Before the rotation, direction i of cluster c is axis (i * factor + offset) mod dimensions. */
  readonly #axes: readonly { readonly factor: number; readonly offset: number }[];

  constructor(settings: ModelSettings) {
    const { dimensions, clusters, seed } = settings;
    this.settings = settings;
    const random = seededRandom(seed);
    this.#rotate = seededRotation(dimensions, random);
    this.#deviations = spectrum(dimensions, OWN_EXPONENT);
    const common = directed(spectrum(dimensions, 0), random, COMMON);
    const deviations = spectrum(dimensions, CENTRE_EXPONENT);
    this.#centres = new Float32Array(clusters * dimensions);
    for (let cluster = 0; cluster < clusters; cluster++) {
      const centre = directed(deviations, random, CENTRE);
      this.#centres.set(
        centre.map((value, index) => value + common[index]!),
        cluster * dimensions,
      );
    }
    this.#axes = Array.from({ length: clusters }, () => ({
      factor: coprime(dimensions, random),
      offset: Math.floor(random() * dimensions),
    }));
  }

  /** Draws the cluster of the next row. */
  drawTopic(random: Random): number {
    return Math.floor(this.settings.clusters * random() ** SKEW);
  }

  /** Share of the rows that `topic` gets on average. */
  shareOf(topic: number): number {
    const below = (edge: number): number => (edge / this.settings.clusters) ** (1 / SKEW);
    return below(topic + 1) - below(topic);
  }

  /** Draws `count` rows from a random stream; `topicOf` selects the cluster of each row. */
  draw(count: number, random: Random, topicOf = () => this.drawTopic(random)): DrawnRows {
    const { dimensions } = this.settings;
    const vectors = new Float32Array(count * dimensions);
    const topics = new Uint16Array(count);
    for (let row = 0; row < count; row++) {
      const topic = topicOf();
      topics[row] = topic;
      this.#drawRow(vectors, row * dimensions, topic, random);
    }
    return { vectors, topics };
  }

  #drawRow(vectors: Float32Array, at: number, topic: number, random: Random): void {
    const { dimensions, spread } = this.settings;
    const { factor, offset } = this.#axes[topic]!;
    for (let index = 0; index < dimensions; index++)
      vectors[at + index] = this.#centres[topic * dimensions + index]!;
    let axis = offset;
    for (let index = 0; index < dimensions; index += 2) {
      // Box-Muller transform, using both numbers of a pair.
      const length = Math.sqrt(-2 * Math.log(1 - random())) * spread;
      const angle = 2 * Math.PI * random();
      vectors[at + axis]! += length * Math.cos(angle) * this.#deviations[index]!;
      axis = (axis + factor) % dimensions;
      if (index + 1 === dimensions) break;
      vectors[at + axis]! += length * Math.sin(angle) * this.#deviations[index + 1]!;
      axis = (axis + factor) % dimensions;
    }
    this.#rotate(vectors, at);
    let sum = 0;
    for (let index = at; index < at + dimensions; index++) sum += vectors[index]! * vectors[index]!;
    const scale = 1 / Math.sqrt(sum);
    for (let index = at; index < at + dimensions; index++) vectors[index]! *= scale;
  }
}

/** Deviations of a power law whose squares sum to 1. */
function spectrum(dimensions: number, exponent: number): Float64Array {
  const deviations = Float64Array.from({ length: dimensions }, (_, index) => (index + 1) ** -exponent);
  const length = Math.hypot(...deviations);
  return deviations.map((deviation) => deviation / length);
}

function directed(deviations: Float64Array, random: Random, length: number): Float64Array {
  const drawn = deviations.map((deviation) => deviation * gaussian(random));
  const scale = length / Math.hypot(...drawn);
  return drawn.map((value) => value * scale);
}

function coprime(dimensions: number, random: Random): number {
  for (;;) {
    const factor = 1 + Math.floor(random() * (dimensions - 1));
    if (greatestDivisor(factor, dimensions) === 1) return factor;
  }
}

const greatestDivisor = (left: number, right: number): number =>
  right === 0 ? left : greatestDivisor(right, left % right);
