import { printableLine } from '../core/index.ts';
import { formatDuration } from './output.ts';
import { rewriteLine, write } from './terminal.ts';

const REDRAW_MS = 100;
const LINE_EVERY_MS = 5_000;

/**
 * Shows the progress of long work on stderr: one redrawn line on a terminal, a line every few seconds
 * elsewhere.
 */
export class Progress {
  readonly #stream = process.stderr;
  #startedMs = performance.now();
  #label = '';
  #lastMs = Number.NEGATIVE_INFINITY;
  #isDrawn = false;

  /**
   * Reports `done` of `total` in the same unit; `detail` names the unit. Without `remainingMs` the remaining
   * time is estimated from the time since the first update of this label.
   */
  update(label: string, done: number, total: number, detail = '', remainingMs?: number): void {
    const nowMs = performance.now();
    if (label !== this.#label) this.#startedMs = nowMs;
    this.#label = label;
    const isTerminal = this.#stream.isTTY === true;
    if (nowMs - this.#lastMs < (isTerminal ? REDRAW_MS : LINE_EVERY_MS)) return;
    // The first update carries no information, so a log skips it.
    if (!isTerminal && this.#lastMs === Number.NEGATIVE_INFINITY) {
      this.#lastMs = nowMs;
      return;
    }
    this.#lastMs = nowMs;
    const elapsedMs = nowMs - this.#startedMs;
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const leftMs = remainingMs ?? (share > 0.01 ? (elapsedMs * (1 - share)) / share : 0);
    const left = share < 1 && leftMs > 0 ? `, ${formatDuration(leftMs)} left` : '';
    const line = printableLine(
      `${label} ${Math.round(share * 100)} %${detail === '' ? '' : ` (${detail})`}${left}`,
    );
    if (isTerminal) rewriteLine(this.#stream, line);
    else write(this.#stream, `${line}\n`);
    this.#isDrawn = isTerminal;
  }

  /** Clears the line. */
  end(): void {
    if (this.#isDrawn) rewriteLine(this.#stream, '');
    this.#isDrawn = false;
  }
}
