import type { Random } from '../../../core/index.ts';
import { type LoadPlan, rateIn, type Stretch } from './plan.ts';

/**
 * Arrival times of a plan's requests: evenly spaced, or a Poisson process whose rate follows the plan. The
 * process inverts the integral of the rate, which is exact even on ramps.
 */
export class Arrivals {
  readonly #stretches: readonly Stretch[];
  readonly #random: Random | undefined;
  #at = 0;
  #nowMs = 0;
  #nextMs = 0;

  /** Without `random`, arrivals are evenly spaced. */
  constructor({ stretches }: LoadPlan, random: Random | undefined) {
    this.#stretches = stretches;
    this.#random = random;
    this.seek(0);
  }

  /** Time of the next arrival; Infinity at the end of the plan. */
  get nextMs(): number {
    return this.#nextMs;
  }

  /** Moves to the following arrival. */
  advance(): void {
    // The number of requests until the next arrival, which is the area under the rate.
    let remaining = this.#random === undefined ? 1 : -Math.log(1 - this.#random());
    for (; this.#at < this.#stretches.length; this.#at++) {
      const stretch = this.#stretches[this.#at]!;
      const { startMs, endMs, endRate } = stretch;
      const fromMs = Math.max(this.#nowMs, startMs);
      const rate = rateIn(stretch, fromMs);
      const seconds = (endMs - fromMs) / 1_000;
      const area = ((rate + endRate) / 2) * seconds;
      if (remaining < area) {
        const slope = (endRate - rate) / seconds;
        const afterSeconds =
          (2 * remaining) / (rate + Math.sqrt(Math.max(0, rate * rate + 2 * slope * remaining)));
        this.#nowMs = fromMs + afterSeconds * 1_000;
        this.#nextMs = this.#nowMs;
        return;
      }
      remaining -= area;
    }
    this.#nextMs = Number.POSITIVE_INFINITY;
  }

  /** Moves to the first arrival after a time. */
  seek(ms: number): void {
    this.#nowMs = ms;
    this.#at = this.#stretches.findIndex(({ endMs }) => endMs > ms);
    if (this.#at < 0) this.#at = this.#stretches.length;
    this.advance();
  }
}
