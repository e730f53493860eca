import { SragError } from '../../../core/index.ts';
import { OUTCOMES, type Outcome, type Sample } from '../results/sample.ts';
import type { LoadClock } from './clock.ts';
import { type GeneratorHealth, generatorHealth, type LoopReading, watchLoop } from './generator-health.ts';
import { errorCode, errorOutcome, readReply, type Send } from './send.ts';

/** A sample without the names that the runner gives it. */
export type LoadSample = Omit<Sample, 'variant' | 'step' | 'block' | 'blockSize'>;

/** Code of a request that was not sent because too many were in flight; its outcome is `error`. */
export const IN_FLIGHT_LIMIT = 'IN_FLIGHT_LIMIT';

/** One block of open-loop load. */
export interface BlockOptions {
  /** Moments in milliseconds from the start of the block, rising. */
  readonly arrivals: Float64Array;
  /** Index of the question of each arrival. */
  readonly questions: ArrayLike<number>;
  readonly send: Send;
  /** A request without a whole reply so long after it was sent is a timeout. */
  readonly timeoutMs: number;
  /** Requests in flight at most; those beyond it are counted as errors with the code `IN_FLIGHT_LIMIT`. */
  readonly maxInFlight: number;
  readonly clock: LoadClock;
  /** Called when a request has ended, in the order of ends. When it throws, the block ends with that error. */
  readonly onSample: (sample: LoadSample) => void;
  /** Aborting sends nothing more and ends what is in flight as `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  /** Added to the times of samples, for a run that is resumed. */
  readonly offsetMs?: number;
  /** Replaced in tests. */
  readonly watch?: () => () => LoopReading;
}

/** What became of a block. */
export interface BlockResult {
  /** Requests with an outcome; fewer than planned after an abort. */
  readonly requests: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Errors that the limit on requests in flight made. */
  readonly overflow: number;
  /** Latencies of warm, answered requests in the order of intended time. */
  readonly latenciesMs: Float64Array;
  /** From the start of the block to its last end. */
  readonly durationMs: number;
  readonly generator: GeneratorHealth;
}

/**
 * Sends a block of requests, each when it is due, whatever became of those before it (an open loop: Schroeder,
 * Wierman and Harchol-Balter, 2006). A closed loop would send less while the system is slow, and leave out the latency
 * that its users have then. It resolves when every request has ended.
 * @throws INVALID_ARGUMENT; what `onSample` throws
 */
export async function runBlock(options: BlockOptions): Promise<BlockResult> {
  check(options);
  return new Block(options).run();
}

/** Time between the call and the start of the schedule, so that the first request is on time, too. */
const LEAD_MS = 5;

interface InFlight {
  readonly end: (outcome: Outcome) => void;
}

class Block {
  readonly #options: BlockOptions;
  readonly #startMs: number;
  readonly #latencies: Float64Array;
  readonly #lateness: Float64Array;
  readonly #outcomes = Object.fromEntries(OUTCOMES.map((name) => [name, 0])) as Record<Outcome, number>;
  readonly #inFlight = new Set<InFlight>();
  readonly #done = Promise.withResolvers<void>();
  #sent = 0;
  #ended = 0;
  #overflow = 0;
  #isStopped = false;
  #cancelAlarm = (): void => {};

  constructor(options: BlockOptions) {
    this.#options = options;
    this.#startMs = options.clock.now() + LEAD_MS;
    this.#latencies = new Float64Array(options.arrivals.length).fill(Number.NaN);
    this.#lateness = new Float64Array(options.arrivals.length);
  }

  async run(): Promise<BlockResult> {
    const { signal, clock, watch = watchLoop } = this.#options;
    const readLoop = watch();
    const stop = (): void => this.#stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      if (signal?.aborted) this.#stop();
      this.#sendDue();
      await this.#done.promise;
    } finally {
      signal?.removeEventListener('abort', stop);
      this.#stop();
    }
    const latenciesMs = this.#latencies.filter((value) => !Number.isNaN(value));
    return {
      requests: this.#ended,
      outcomes: this.#outcomes,
      overflow: this.#overflow,
      latenciesMs,
      durationMs: clock.now() - this.#startMs,
      generator: generatorHealth(this.#lateness.subarray(0, this.#sent), latenciesMs, readLoop()),
    };
  }

  #sendDue(): void {
    const { arrivals, clock } = this.#options;
    while (!this.#isStopped && this.#sent < arrivals.length) {
      const intendedMs = this.#startMs + arrivals[this.#sent]!;
      if (intendedMs > clock.now()) {
        this.#cancelAlarm = clock.at(intendedMs, () => this.#sendDue());
        return;
      }
      this.#launch(this.#sent++, intendedMs);
    }
    this.#finishIfEnded();
  }

  #launch(index: number, intendedMs: number): void {
    const { clock, questions, maxInFlight, timeoutMs, send } = this.#options;
    const startedMs = clock.now();
    this.#lateness[index] = startedMs - intendedMs;
    const question = questions[index]!;
    const begun = { index, question, intendedMs, startedMs };
    if (this.#inFlight.size >= maxInFlight) {
      this.#overflow++;
      this.#record(begun, { outcome: 'error', code: IN_FLIGHT_LIMIT, endedMs: startedMs });
      return;
    }
    const abort = new AbortController();
    const settle = (ending: () => Ending): void => {
      if (!this.#inFlight.delete(request)) return;
      cancelTimeout();
      this.#record(begun, ending());
      this.#finishIfEnded();
    };
    const request: InFlight = {
      end: (outcome) => {
        settle(() => ({ outcome, endedMs: clock.now() }));
        abort.abort();
      },
    };
    this.#inFlight.add(request);
    const cancelTimeout = clock.after(timeoutMs, () => request.end('timeout'));
    // In an async function a sender that throws at once is one that rejects.
    (async () => send(question, abort.signal))().then(
      (reply) => {
        const endedMs = clock.now();
        settle(() => ({ ...readReply(reply), endedMs }));
      },
      (error: unknown) =>
        settle(() => ({ outcome: errorOutcome(error), code: errorCode(error), endedMs: clock.now() })),
    );
  }

  #record({ index, ...begun }: Begun, ending: Ending): void {
    const { onSample, offsetMs = 0 } = this.#options;
    const isCold = ending.trace?.coldStart === true;
    this.#ended++;
    this.#outcomes[ending.outcome]++;
    if (ending.outcome === 'ok' && !isCold) this.#latencies[index] = ending.endedMs - begun.intendedMs;
    try {
      onSample({
        ...ending,
        population: isCold ? 'cold' : 'warm',
        question: begun.question,
        intendedMs: begun.intendedMs + offsetMs,
        startedMs: begun.startedMs + offsetMs,
        endedMs: ending.endedMs + offsetMs,
      });
    } catch (error) {
      this.#done.reject(error);
    }
  }

  #stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#cancelAlarm();
    for (const request of [...this.#inFlight]) request.end('cancelled');
    this.#finishIfEnded();
  }

  #finishIfEnded(): void {
    const hasSentAll = this.#isStopped || this.#sent === this.#options.arrivals.length;
    if (hasSentAll && this.#inFlight.size === 0) this.#done.resolve();
  }
}

type Begun = Pick<Sample, 'question' | 'intendedMs' | 'startedMs'> & { readonly index: number };
type Ending = Pick<Sample, 'outcome' | 'status' | 'code' | 'trace' | 'cost' | 'hits' | 'endedMs'>;

function check({ arrivals, questions, timeoutMs, maxInFlight }: BlockOptions): void {
  const isRising = arrivals.every((at, index) => at >= (arrivals[index - 1] ?? 0));
  if (isRising && questions.length >= arrivals.length && timeoutMs > 0 && maxInFlight >= 1) return;
  throw new SragError(
    'INVALID_ARGUMENT',
    'A block needs rising arrivals, a question for each, a positive timeout and at least one request in flight.',
  );
}
