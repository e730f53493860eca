import { EventHeap } from './event-heap.ts';

/**
 * Processors shared equally by all running work: with n jobs on c cores each advances at the rate min(1, c / n).
 * Egalitarian processor sharing in virtual time (Parekh and Gallager, 1993), so that a job's end is known when it
 * starts.
 */
export class Processor {
  readonly #cores: number;
  readonly #jobs = new EventHeap();
  #running = 0;
  #virtualMs = 0;
  #atMs = 0;

  constructor(cores: number) {
    this.#cores = cores;
  }

  /** When the next job ends if no other starts; Infinity without jobs. */
  get nextMs(): number {
    if (this.#running === 0) return Number.POSITIVE_INFINITY;
    return this.#atMs + Math.max(0, this.#jobs.nextMs - this.#virtualMs) / this.#rate;
  }

  /** Starts a job that would take `demandMs` if it had a core of its own. */
  start(nowMs: number, demandMs: number, value: number): void {
    this.#advance(nowMs);
    this.#running += 1;
    this.#jobs.push(this.#virtualMs + demandMs, value);
  }

  /** Ends the next job, at the time of `nextMs`, and returns its number. */
  finish(nowMs: number): number {
    this.#advance(nowMs);
    this.#running -= 1;
    return this.#jobs.pop();
  }

  get #rate(): number {
    return Math.min(1, this.#cores / this.#running);
  }

  #advance(nowMs: number): void {
    if (this.#running > 0) this.#virtualMs += (nowMs - this.#atMs) * this.#rate;
    this.#atMs = nowMs;
  }
}
