import { printableLine } from '../core/index.ts';
import { formatDuration } from './output.ts';
import { rewriteLine, write } from './terminal.ts';

const REDRAW_MS = 100;
const LINE_EVERY_MS = 5_000;

/** Shows how far long work is, on stderr: one line redrawn on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #stream = process.stderr;
  readonly #startedMs = performance.now();
  #lastMs = Number.NEGATIVE_INFINITY;
  #isDrawn = false;

  /** `done` of `total` in the same unit; `detail` says what of. */
  update(label: string, done: number, total: number, detail = ''): void {
    const nowMs = performance.now();
    const isTerminal = this.#stream.isTTY === true;
    if (nowMs - this.#lastMs < (isTerminal ? REDRAW_MS : LINE_EVERY_MS)) return;
    // The first line of a log would say nothing yet.
    if (!isTerminal && this.#lastMs === Number.NEGATIVE_INFINITY) {
      this.#lastMs = nowMs;
      return;
    }
    this.#lastMs = nowMs;
    const elapsedMs = nowMs - this.#startedMs;
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const remaining =
      share > 0.01 && share < 1 ? `, ${formatDuration((elapsedMs * (1 - share)) / share)} left` : '';
    const line = printableLine(
      `${label} ${Math.round(share * 100)} %${detail === '' ? '' : ` (${detail})`}${remaining}`,
    );
    if (isTerminal) rewriteLine(this.#stream, line);
    else write(this.#stream, `${line}\n`);
    this.#isDrawn = isTerminal;
  }

  /** Takes the line away. */
  end(): void {
    if (this.#isDrawn) rewriteLine(this.#stream, '');
    this.#isDrawn = false;
  }
}
