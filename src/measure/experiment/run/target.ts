import type { Send } from '../load/index.ts';
import type { ResultVariant } from '../results/header.ts';

/** The target of one variant's requests during an experiment. */
export interface Target {
  /** Sends one question by its index among the run's questions. */
  readonly send: Send;
  /** The variant's entry in the result file. */
  readonly variant: ResultVariant;
  /** Concurrent requests that make every execution environment answer once; 0 if no warm-up is needed. */
  readonly warmUpRequests: number;
  close(): Promise<void>;
}

/** A target whose environments end soon after each request, so that the next request is a cold start. */
export interface ColdTarget extends Target {
  /** Idle time in milliseconds after which the next request is a cold start. */
  readonly idleMs: number;
}
