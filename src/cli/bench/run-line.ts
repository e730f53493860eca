import { type Experiment, type RunProgress, stepRates } from '../../measure/index.ts';
import { Progress } from '../progress.ts';

/** Shows the state of a run on stderr: step, rate, latency so far, interval width, time left. */
export class RunLine {
  readonly #progress = new Progress();
  readonly #steps: number;

  constructor(experiment: Experiment) {
    this.#steps = stepRates(experiment).length;
  }

  update({ phase, variant, step, ratePerSecond, requests, decision, secondsLeft }: RunProgress): void {
    if (phase !== 'load') {
      this.#progress.update(`${phase}: ${variant},`, 0, 1, `${requests} requests`);
      return;
    }
    const figures = (decision?.intervals ?? []).map(
      ({ statistic, estimate, relativeWidth }) =>
        `${statistic} ${estimate.toFixed(1)} ms +-${(100 * relativeWidth).toFixed(0)} %`,
    );
    const left =
      secondsLeft === undefined
        ? ''
        : `; at most ${Math.max(0, Math.round(secondsLeft))} s left in this step`;
    this.#progress.update(
      `Step ${step + 1} of ${this.#steps}, ${ratePerSecond}/s, ${variant}:`,
      step,
      this.#steps,
      `${requests} requests${figures.length === 0 ? '' : `; ${figures.join(', ')}`}${left}`,
    );
  }

  end(): void {
    this.#progress.end();
  }
}
