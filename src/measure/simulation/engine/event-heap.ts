import { grown } from './grown.ts';

const INITIAL_CAPACITY = 1_024;

/** A binary heap of times, each with a number; the earliest comes first. Creates no object per event. */
export class EventHeap {
  #times = new Float64Array(INITIAL_CAPACITY);
  #values = new Int32Array(INITIAL_CAPACITY);
  #size = 0;

  /** Time of the earliest event; Infinity if there is none. */
  get nextMs(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#times[0]!;
  }

  push(timeMs: number, value: number): void {
    if (this.#size === this.#times.length) {
      this.#times = grown(this.#times, 2 * this.#size);
      this.#values = grown(this.#values, 2 * this.#size);
    }
    const times = this.#times;
    const values = this.#values;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (times[parent]! <= timeMs) break;
      times[at] = times[parent]!;
      values[at] = values[parent]!;
      at = parent;
    }
    times[at] = timeMs;
    values[at] = value;
  }

  /** Removes the earliest event and returns its number. The heap must not be empty. */
  pop(): number {
    const times = this.#times;
    const values = this.#values;
    const first = values[0]!;
    const size = --this.#size;
    const timeMs = times[size]!;
    const value = values[size]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && times[child + 1]! < times[child]!) child += 1;
      if (times[child]! >= timeMs) break;
      times[at] = times[child]!;
      values[at] = values[child]!;
      at = child;
    }
    times[at] = timeMs;
    values[at] = value;
    return first;
  }

  /** Sets the time of every event to the same value. */
  collapse(timeMs: number): void {
    this.#times.fill(timeMs, 0, this.#size);
  }
}
