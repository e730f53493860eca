import type { Experiment } from '../declaration/schema.ts';
import type { Sample } from '../results/sample.ts';

/** Number of recent requests over which the share of failures is computed. */
const WINDOW = 200;

/** Tracks a run's use against its budgets. */
export class Budget {
  readonly #limits: Experiment['budgets'];
  readonly #startMs = performance.now();
  /** Whether each of the last requests failed. */
  readonly #recent: boolean[] = [];
  #requests = 0;
  #costUsd = 0;

  constructor(limits: Experiment['budgets']) {
    this.#limits = limits;
  }

  count({ outcome, cost }: Sample): void {
    this.#requests += 1;
    this.#costUsd += cost?.totalUsd ?? 0;
    this.#recent.push(outcome === 'error' || outcome === 'timeout');
    if (this.#recent.length > WINDOW) this.#recent.shift();
  }

  get requests(): number {
    return this.#requests;
  }

  /** The limit that was reached, as a sentence; undefined if none was. */
  get spent(): string | undefined {
    const { requests, seconds, costUsd, errorShare } = this.#limits;
    const elapsedSeconds = (performance.now() - this.#startMs) / 1_000;
    if (requests !== undefined && this.#requests >= requests)
      return `The budget of ${requests} requests is spent.`;
    if (seconds !== undefined && elapsedSeconds >= seconds) return `The budget of ${seconds} s is spent.`;
    if (costUsd !== undefined && this.#costUsd >= costUsd) return `The budget of ${costUsd} USD is spent.`;
    const failed = this.#recent.filter(Boolean).length;
    if (errorShare !== undefined && this.#recent.length === WINDOW && failed / WINDOW >= errorShare)
      return `${failed} of the last ${WINDOW} requests failed; the budget allows a share of ${errorShare}.`;
    return undefined;
  }
}
