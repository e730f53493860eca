import type { Send } from '../load/index.ts';
import type { ResultVariant } from '../results/header.ts';

/** What answers one variant's requests while an experiment runs. */
export interface Target {
  /** Asks one question by its index among the run's questions. */
  readonly send: Send;
  /** What the result file says of the variant. */
  readonly variant: ResultVariant;
  /** Requests in flight that make every execution environment answer once; 0 where none needs it. */
  readonly warmUpRequests: number;
  close(): Promise<void>;
}

/** Targets whose environments end soon after each request, so that the next request is a cold start. */
export interface ColdTarget extends Target {
  /** Milliseconds after a reply from which the next request finds no environment. */
  readonly idleMs: number;
}
