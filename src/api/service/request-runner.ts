import type { SearchMode } from '../../core/index.ts';
import type { SwitchValues } from '../switches/index.ts';
import { type Deadline, deadlineOf } from './deadline.ts';
import type { RagServiceParts } from './parts.ts';
import type { RequestContext } from './port.ts';
import { RequestMeter } from './request-meter.ts';

/** A request in progress. */
export interface Work {
  readonly meter: RequestMeter;
  readonly deadline: Deadline;
  readonly switches: SwitchValues;
  readonly text: { question?: string; answer?: string };
  mode?: SearchMode;
  hits?: number;
}

/** Gives each request a meter and a deadline, and records how it ended. */
export class RequestRunner {
  readonly #parts: RagServiceParts;

  constructor(parts: RagServiceParts) {
    this.#parts = parts;
  }

  async begin(context: RequestContext): Promise<Work> {
    const meter = new RequestMeter(this.#parts, context.isStep);
    return { meter, deadline: deadlineOf(context), switches: await this.#parts.switches(), text: {} };
  }

  /** Runs one request within its deadline and records it. */
  async serve<T>(context: RequestContext, answer: (work: Work) => Promise<T>): Promise<T> {
    const work = await this.begin(context);
    try {
      const reply = await work.deadline.within(answer(work));
      await this.record(work, context);
      return reply;
    } catch (error) {
      throw await this.failed(work, context, error);
    } finally {
      work.deadline.done();
    }
  }

  /** Records the failure and returns the error that the caller receives. */
  async failed(work: Work, context: RequestContext, error: unknown): Promise<unknown> {
    const explained = work.deadline.explain(error);
    await this.record(work, context, explained);
    work.deadline.done();
    return explained;
  }

  record({ meter, mode, text, hits }: Work, context: RequestContext, error?: unknown): void | Promise<void> {
    const { use, trace } = meter;
    context.onServed?.({ use, mode });
    const cost = meter.cost(use);
    return this.#parts.record({ context, mode, trace, use, cost, error, text, hits });
  }
}
