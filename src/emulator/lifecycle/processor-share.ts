import { readFileSync } from 'node:fs';

/** MB at which a function has one whole processor. */
const ONE_PROCESSOR_MB = 1_769;
const PERIOD_MS = 50;
/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10;

/**
 * Holds a process to its share of a processor: one that used more than its share of a period is stopped until the
 * period has paid for it. An approximation, good enough to rank designs.
 */
export class ProcessorShare {
  readonly #share: number;
  readonly #pid: number;
  #timer: NodeJS.Timeout | undefined;
  #used = 0;
  #checkedMs = 0;
  #isStopped = false;

  constructor(pid: number, memoryMb: number) {
    this.#pid = pid;
    this.#share = memoryMb / ONE_PROCESSOR_MB;
  }

  /** From now on; nothing happens with a processor or more, or where the system does not tell processor time. */
  start(): void {
    const used = processorMs(this.#pid);
    if (this.#share >= 1 || used === undefined || this.#timer !== undefined) return;
    this.#used = used;
    this.#checkedMs = performance.now();
    this.#timer = setTimeout(() => this.#check(), PERIOD_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#go();
  }

  #check(): void {
    this.#go();
    const used = processorMs(this.#pid);
    if (used === undefined) return;
    const now = performance.now();
    // By the clock: timers of a busy machine are late.
    const restMs = (used - this.#used) / this.#share - (now - this.#checkedMs);
    this.#used = used;
    this.#checkedMs = now + Math.max(0, restMs);
    if (restMs < TICK_MS) {
      this.#timer = setTimeout(() => this.#check(), PERIOD_MS);
    } else {
      this.#signal('SIGSTOP');
      this.#isStopped = true;
      this.#timer = setTimeout(() => this.#check(), restMs);
    }
    this.#timer.unref();
  }

  #go(): void {
    if (this.#isStopped) this.#signal('SIGCONT');
    this.#isStopped = false;
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(this.#pid, signal);
    } catch {
      // It has ended.
    }
  }
}

/** Processor time of a process, all its threads; undefined where there is no /proc, or no such process. */
function processorMs(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold spaces.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return undefined;
  }
}
