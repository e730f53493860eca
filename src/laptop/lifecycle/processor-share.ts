import { readFileSync } from 'node:fs';

/** Memory in MB at which a function has one whole processor. */
const ONE_PROCESSOR_MB = 1_769;
const PERIOD_MS = 50;
/** Linux counts processor time in units of 10 ms. */
const TICK_MS = 10;

/** Processor settings of an environment. */
export interface ProcessorOptions {
  readonly memoryMb: number;
  /** Freezes the process between invocations, as on Lambda. */
  readonly freezes?: boolean | undefined;
}

/**
 * Enforces the processor share of a process during invocations: a process that exceeds its share in a period
 * is paused to compensate. This approximation suffices to rank designs. Signals are sent to the process group
 * that the process leads.
 */
export class ProcessorShare {
  readonly #share: number;
  readonly #pid: number;
  readonly #freezes: boolean;
  #timer: NodeJS.Timeout | undefined;
  #used = 0;
  #checkedMs = 0;
  #isStopped = false;
  #frozenSinceMs: number | undefined;

  constructor(pid: number, { memoryMb, freezes = false }: ProcessorOptions) {
    this.#pid = pid;
    this.#freezes = freezes;
    this.#share = memoryMb / ONE_PROCESSOR_MB;
  }

  /**
   * Starts an invocation; returns the milliseconds for which the process was frozen. The share is not
   * enforced if it is at least one processor, or if the system does not report processor time.
   */
  start(): number {
    const frozenMs = this.#frozenSinceMs === undefined ? 0 : performance.now() - this.#frozenSinceMs;
    this.#frozenSinceMs = undefined;
    this.#go();
    const used = processorMs(this.#pid);
    if (this.#share >= 1 || used === undefined || this.#timer !== undefined) return frozenMs;
    this.#used = used;
    this.#checkedMs = performance.now();
    this.#timer = setTimeout(() => this.#check(), PERIOD_MS);
    this.#timer.unref();
    return frozenMs;
  }

  /** Ends an invocation. */
  stop(): void {
    this.release();
    if (!this.#freezes) return;
    this.#halt();
    this.#frozenSinceMs = performance.now();
  }

  /** Stops controlling the process. */
  release(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#go();
  }

  #check(): void {
    this.#go();
    const used = processorMs(this.#pid);
    if (used === undefined) return;
    const now = performance.now();
    // Computed from the clock, because timers fire late on a busy machine.
    const restMs = (used - this.#used) / this.#share - (now - this.#checkedMs);
    this.#used = used;
    this.#checkedMs = now + Math.max(0, restMs);
    if (restMs < TICK_MS) {
      this.#timer = setTimeout(() => this.#check(), PERIOD_MS);
    } else {
      this.#halt();
      this.#timer = setTimeout(() => this.#check(), restMs);
    }
    this.#timer.unref();
  }

  #halt(): void {
    this.#signal('SIGSTOP');
    this.#isStopped = true;
  }

  #go(): void {
    if (this.#isStopped) this.#signal('SIGCONT');
    this.#isStopped = false;
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.#pid, signal);
    } catch {
      // It has ended.
    }
  }
}

/** Processor time of all threads of a process; undefined without /proc, or if the process does not exist. */
function processorMs(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The process name in parentheses may contain spaces.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return undefined;
  }
}
