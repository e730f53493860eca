import type { ResultHeader } from '../results/header.ts';
import type { Sample } from '../results/sample.ts';
import { StepData } from './step-data.ts';

/** The data of every variant and step, in the order of the header; steps without requests are absent. */
export class StepTable {
  readonly header: ResultHeader;
  readonly #steps = new Map<string, StepData>();
  #lastMs = 0;

  constructor(header: ResultHeader) {
    this.header = header;
  }

  add(sample: Sample): void {
    const key = `${sample.variant} ${sample.step}`;
    let data = this.#steps.get(key);
    if (data === undefined) {
      data = new StepData(sample.variant, sample.step, this.header.steps[sample.step]?.ratePerSecond ?? 0);
      this.#steps.set(key, data);
    }
    data.add(sample);
    this.#lastMs = Math.max(this.#lastMs, sample.endedMs);
  }

  /** End of the last request in milliseconds since the run started. */
  get lastMs(): number {
    return this.#lastMs;
  }

  of(variant: string, step: number): StepData | undefined {
    return this.#steps.get(`${variant} ${step}`);
  }

  /** Steps of a variant under load, in ascending order. */
  stepsOf(variant: string): readonly StepData[] {
    return [...this.#steps.values()]
      .filter((data) => data.variant === variant && data.step >= 0)
      .sort((a, b) => a.step - b.step);
  }
}
