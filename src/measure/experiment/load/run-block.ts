import { SragError } from '../../../core/index.ts';
import { OUTCOMES, type Outcome, type Sample } from '../results/sample.ts';
import type { LoadClock } from './clock.ts';
import { type GeneratorHealth, generatorHealth, type LoopReading, watchLoop } from './generator-health.ts';
import { errorCode, errorOutcome, readReply, type Send } from './send.ts';

/** A sample without the fields that the runner adds. */
export type LoadSample = Omit<Sample, 'variant' | 'step' | 'block' | 'blockSize'>;

/** Code of a request that was not sent because too many others were in flight; its outcome is `error`. */
export const IN_FLIGHT_LIMIT = 'IN_FLIGHT_LIMIT';

/** One block of open-loop load. */
export interface BlockOptions {
  /** Milliseconds from the start of the block, in ascending order. */
  readonly arrivals: Float64Array;
  /** Index of the question of each arrival. */
  readonly questions: ArrayLike<number>;
  readonly send: Send;
  /** Time after sending at which a request without a complete reply becomes a timeout. */
  readonly timeoutMs: number;
  /** Maximum requests in flight; any further request counts as an error with the code `IN_FLIGHT_LIMIT`. */
  readonly maxInFlight: number;
  readonly clock: LoadClock;
  /** Called in the order in which requests end. If it throws, the block ends with that error. */
  readonly onSample: (sample: LoadSample) => void;
  /** Aborting stops sending and ends requests in flight as `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  /** Offset that is added to the times of samples if a run is resumed. */
  readonly offsetMs?: number;
  /** For tests. */
  readonly watch?: () => () => LoopReading;
}

/** Result of a block. */
export interface BlockResult {
  /** Number of requests with an outcome; less than planned after an abort. */
  readonly requests: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Number of errors caused by the limit of requests in flight. */
  readonly overflow: number;
  /** Latencies of warm, answered requests in the order of intended time. */
  readonly latenciesMs: Float64Array;
  /** Time from the start of the block to the end of its last request. */
  readonly durationMs: number;
  readonly generator: GeneratorHealth;
}

/**
 * Sends a block of requests, each when it is due, regardless of earlier ones (an open loop: Schroeder,
 * Wierman and Harchol-Balter, 2006). A closed loop would send less while the system is slow, and miss the
 * latency that users experience then. Resolves when every request has ended.
 * @throws INVALID_ARGUMENT, and the errors of `onSample`
 */
export async function runBlock(options: BlockOptions): Promise<BlockResult> {
  check(options);
  return new Block(options).run();
}

/** Time between the call and the start of the schedule, so that even the first request is on time. */
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
    const started = { index, question, intendedMs, startedMs };
    if (this.#inFlight.size >= maxInFlight) {
      this.#overflow++;
      this.#record(started, { outcome: 'error', code: IN_FLIGHT_LIMIT, endedMs: startedMs });
      return;
    }
    const abort = new AbortController();
    const settle = (ending: () => Ending): void => {
      if (!this.#inFlight.delete(request)) return;
      cancelTimeout();
      this.#record(started, ending());
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
    // The async function turns a synchronous throw into a rejection.
    (async () => send(question, abort.signal))().then(
      (reply) => {
        const endedMs = clock.now();
        settle(() => ({ ...readReply(reply), endedMs }));
      },
      (error: unknown) =>
        settle(() => ({ outcome: errorOutcome(error), code: errorCode(error), endedMs: clock.now() })),
    );
  }

  #record({ index, ...started }: Started, ending: Ending): void {
    const { onSample, offsetMs = 0 } = this.#options;
    const isCold = ending.trace?.coldStart === true;
    this.#ended++;
    this.#outcomes[ending.outcome]++;
    if (ending.outcome === 'ok' && !isCold) this.#latencies[index] = ending.endedMs - started.intendedMs;
    try {
      onSample({
        ...ending,
        population: isCold ? 'cold' : 'warm',
        question: started.question,
        intendedMs: started.intendedMs + offsetMs,
        startedMs: started.startedMs + offsetMs,
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

type Started = Pick<Sample, 'question' | 'intendedMs' | 'startedMs'> & { readonly index: number };
type Ending = Pick<Sample, 'outcome' | 'status' | 'code' | 'trace' | 'cost' | 'hits' | 'endedMs'>;

function check({ arrivals, questions, timeoutMs, maxInFlight }: BlockOptions): void {
  const isRising = arrivals.every((at, index) => at >= (arrivals[index - 1] ?? 0));
  if (isRising && questions.length >= arrivals.length && timeoutMs > 0 && maxInFlight >= 1) return;
  throw new SragError(
    'INVALID_ARGUMENT',
    'A block needs ascending arrival times, a question for each, a positive timeout and at least one request in flight.',
  );
}
