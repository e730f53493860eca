import type { Clock } from './clock.ts';
import { StateFailure } from './failure.ts';

/** One event of an execution, with Step Functions' type names. */
export interface HistoryEvent {
  readonly id: number;
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** The state concerned. */
  readonly state?: string;
  readonly error?: string;
  readonly cause?: string;
  /** Pause before the next attempt, in milliseconds. */
  readonly waitMs?: number;
}

type Details = Omit<HistoryEvent, 'id' | 'type' | 'atMs'>;

/** Maximum number of events kept per execution; later ones are only counted. */
const KEPT_EVENTS = 1_000;
/** Number of events after which Step Functions ends a STANDARD execution. */
const STANDARD_EVENTS = 25_000;

/** The numbered events of one execution. */
export class History {
  readonly events: HistoryEvent[] = [];
  readonly #clock: Clock;
  readonly #limit: number;
  #count = 0;

  constructor(clock: Clock, isStandard: boolean) {
    this.#clock = clock;
    this.#limit = isStandard ? STANDARD_EVENTS : Number.POSITIVE_INFINITY;
  }

  /** Total number of events, kept or not. */
  get count(): number {
    return this.#count;
  }

  /**
   * Adds an event and returns its number.
   * @throws StateFailure once a STANDARD execution has too many.
   */
  add(type: string, details: Details = {}): number {
    this.#count += 1;
    if (this.#count > this.#limit) {
      throw new StateFailure(
        'States.Runtime',
        `The execution reached the maximum number of history events (${this.#limit}).`,
      );
    }
    if (this.#count <= KEPT_EVENTS) {
      this.events.push({ id: this.#count, type, atMs: this.#clock.now(), ...details });
    }
    return this.#count;
  }

  /** Adds an entry for which Step Functions has no event. It has the number of the preceding event. */
  note(type: string, details: Details): void {
    if (this.events.length >= KEPT_EVENTS) return;
    this.events.push({ id: this.#count, type, atMs: this.#clock.now(), ...details });
  }
}

/** Error and cause of a failure as event fields. */
export const failureDetails = ({ error, why }: StateFailure): { error?: string; cause?: string } => ({
  error,
  cause: why,
});
