import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { type Budget, STALL_SECONDS } from './budget.ts';
import { EXIT_REPORT, type ExitReport } from './protocol.ts';

const POLL_MS = 20;
/**
 * A process that uses less than this share of a processor is stuck. The watchdog itself uses a tenth of this
 * share.
 */
const STALL_CPU_SHARE = 0.02;
const STANDARD_ERROR = 2;

/** Indexes into the shared state, as 32-bit integers (UNIT, LINE) or as doubles (SECONDS, MEMORY_MB). */
const UNIT = 0;
const LINE = 1;
const SECONDS = 1;
const MEMORY_MB = 2;
const STATE_BYTES = 24;

/**
 * Ends this process when its current unit of work (a file, a record) exceeds its budget. It runs in a separate thread
 * because a looping parser blocks the event loop. It measures the memory of the whole process because buffers are
 * outside the heap that V8 limits.
 */
export class Watchdog {
  readonly #cells: Int32Array;
  readonly #budget: Float64Array;
  #unit = 0;

  constructor(program: URL, role: string) {
    const state = new SharedArrayBuffer(STATE_BYTES);
    this.#cells = new Int32Array(state);
    this.#budget = new Float64Array(state);
    new Worker(program, { workerData: { role, state }, execArgv: [], env: {} }).unref();
  }

  /** Starts a unit of work and ends the previous one. `line` is the line of a record, or 0 for a file. */
  begin({ seconds, memoryMb }: Budget, line = 0): void {
    this.#budget[SECONDS] = seconds;
    this.#budget[MEMORY_MB] = memoryMb;
    this.#cells[LINE] = line;
    this.#unit = (this.#unit + 1) & 0x3fff_ffff || 1;
    const wasIdle = Atomics.exchange(this.#cells, UNIT, this.#unit) === 0;
    if (wasIdle) Atomics.notify(this.#cells, UNIT);
  }

  /** Pauses the watchdog while the process waits for its caller. */
  rest(): void {
    Atomics.store(this.#cells, UNIT, 0);
  }
}

/** The watchdog's thread. */
export function watch(state: SharedArrayBuffer): never {
  const cells = new Int32Array(state);
  const budget = new Float64Array(state);
  for (let unit = 0, startCpu = 0, windowCpu = 0, windowMs = 0; ; ) {
    const current = Atomics.load(cells, UNIT);
    if (current === 0) {
      unit = 0;
      Atomics.wait(cells, UNIT, 0);
      continue;
    }
    if (current !== unit) {
      unit = current;
      startCpu = cpuSeconds();
      windowCpu = startCpu;
      windowMs = performance.now();
    }
    const cpu = cpuSeconds();
    if (process.memoryUsage.rss() > budget[MEMORY_MB]! * 2 ** 20) endProcess('memory', cells[LINE]!);
    if (cpu - startCpu > budget[SECONDS]!) endProcess('time', cells[LINE]!);
    if (performance.now() - windowMs > 1000 * STALL_SECONDS) {
      if (cpu - windowCpu < STALL_SECONDS * STALL_CPU_SHARE) endProcess('stall', cells[LINE]!);
      windowCpu = cpu;
      windowMs = performance.now();
    }
    Atomics.wait(cells, UNIT, unit, POLL_MS);
  }
}

/** Ends this process immediately, even if its main thread is busy. */
export function endProcess(reason: ExitReport['reason'], line: number, message?: string): void {
  const words: ExitReport = { reason, line, message };
  writeSync(STANDARD_ERROR, `\n${EXIT_REPORT}${JSON.stringify(words)}\n`);
  process.kill(process.pid, 'SIGKILL');
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
