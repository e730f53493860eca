import { setTimeout as delay } from 'node:timers/promises';
import { hasCode, throwIfAborted } from '../../../core/index.ts';
import { type StopDecision, StopRule } from '../../statistics/index.ts';
import { stopRuleOptions } from '../analysis/figures.ts';
import { judgeBlocks } from '../analysis/judge-blocks.ts';
import type { StepTable } from '../analysis/step-table.ts';
import { blockSecondsAt, type Experiment, stepRates } from '../declaration/schema.ts';
import { arrivalTimes, PreciseClock, questionOrder, runBlock } from '../load/index.ts';
import type { Sample } from '../results/sample.ts';
import type { ResultWriter } from '../results/writer.ts';
import { Budget } from './budget.ts';
import { LateBlocks } from './late-blocks.ts';
import { inTurn } from './order.ts';
import type { ColdTarget, Target } from './target.ts';

/** Progress of a run after a block. */
export interface RunProgress {
  readonly phase: 'cold starts' | 'warming up' | 'load';
  readonly variant: string;
  readonly step: number;
  readonly steps: number;
  readonly ratePerSecond: number;
  readonly requests: number;
  readonly decision?: StopDecision | undefined;
  /** Maximum seconds until the step ends. */
  readonly secondsLeft?: number | undefined;
}

/** How a run ended, in addition to its samples. */
export interface RunOutcome {
  readonly ended: 'complete' | 'interrupted' | 'budget';
  /** Sentences about missing or invalid data. */
  readonly warnings: readonly string[];
}

/** Input of {@link runExperiment}. */
export interface RunRequest {
  readonly experiment: Experiment;
  readonly questions: number;
  readonly targets: readonly Target[];
  /** Targets of the forced cold starts, one per variant; empty if none are declared. */
  readonly coldTargets: readonly ColdTarget[];
  readonly writer: ResultWriter;
  /** Samples so far, including those of an earlier, interrupted run. */
  readonly table: StepTable;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
}

/**
 * Runs an experiment: forced cold starts first, then load that rises step by step. At each step the variants alternate
 * (A B B A), block by block, with the same seeded arrivals and questions, until the stop rule is satisfied for each.
 * All decisions can be derived from the samples again, so a run can be resumed at any block.
 */
export async function runExperiment(request: RunRequest): Promise<RunOutcome> {
  const clock = await PreciseClock.start();
  const run = new Run(request, clock);
  try {
    await run.coldStarts();
    await run.warmUp();
    await run.steps();
    const { spent } = run.budget;
    return spent === undefined
      ? { ended: 'complete', warnings: run.warnings }
      : { ended: 'budget', warnings: [...run.warnings, spent] };
  } catch (error) {
    if (!hasCode(error, 'CANCELLED')) throw error;
    return { ended: 'interrupted', warnings: run.warnings };
  } finally {
    await clock.close();
    await request.writer.flush();
  }
}

/** Index of the step of forced cold starts. */
const COLD_STEP = -1;

class Run {
  readonly #warnings: string[] = [];
  readonly #late: LateBlocks;
  readonly budget: Budget;
  readonly #request: RunRequest;
  readonly #clock: PreciseClock;
  /** The times of a resumed run continue after those of its earlier samples. */
  readonly #offsetMs: number;

  constructor(request: RunRequest, clock: PreciseClock) {
    this.#request = request;
    this.#clock = clock;
    this.budget = new Budget(request.experiment.budgets);
    this.#late = new LateBlocks(stepRates(request.experiment));
    this.#offsetMs = request.table.lastMs;
  }

  get warnings(): readonly string[] {
    return [...this.#warnings, ...this.#late.warnings];
  }

  async coldStarts(): Promise<void> {
    const { coldTargets, experiment, table, signal } = this.#request;
    const missing = (target: ColdTarget): number =>
      experiment.coldStarts - (table.of(target.variant.name, COLD_STEP)?.coldLatency().length ?? 0);
    const maxRounds = 2 * experiment.coldStarts + 3;
    for (let round = 0; round < maxRounds; round++) {
      const targets = coldTargets.filter((target) => missing(target) > 0);
      if (targets.length === 0 || this.budget.spent !== undefined) return;
      for (const target of inTurn(targets, round)) {
        await this.#block(target, COLD_STEP, round, new Float64Array(1));
        this.#report('cold starts', target, COLD_STEP);
      }
      await pause(Math.max(...targets.map(({ idleMs }) => idleMs)), signal);
    }
    for (const target of coldTargets.filter((one) => missing(one) > 0))
      this.#warnings.push(
        `${target.variant.name}: ${missing(target)} of ${experiment.coldStarts} cold starts are missing.`,
      );
  }

  /** Sends uncounted requests, so that every environment starts and answers once. */
  async warmUp(): Promise<void> {
    const { targets, experiment, signal } = this.#request;
    for (const [index, target] of targets.entries()) {
      if (!experiment.variants[index]!.warmUp || target.warmUpRequests === 0) continue;
      this.#report('warming up', target, 0);
      const requests = Array.from({ length: target.warmUpRequests }, (_, number) =>
        target.send(number % this.#request.questions, signal).catch(() => undefined),
      );
      await Promise.all(requests);
      throwIfAborted(signal);
    }
  }

  async steps(): Promise<void> {
    const { targets, table, experiment } = this.#request;
    const rates = stepRates(experiment);
    let active = targets;
    for (const [step, ratePerSecond] of rates.entries()) {
      if (active.length === 0 || this.budget.spent !== undefined) break;
      await this.#step(active, step, ratePerSecond);
      active = active.filter(({ variant }) => {
        const counts = table.of(variant.name, step)?.counts;
        if (counts === undefined) return false;
        const all = counts.ok + counts.error + counts.timeout + counts.throttled;
        return all > 0 && counts.ok / all >= experiment.stop.saturatedBelow;
      });
    }
  }

  async #step(targets: readonly Target[], step: number, ratePerSecond: number): Promise<void> {
    const { experiment, table } = this.#request;
    const seconds = blockSecondsAt(experiment, ratePerSecond);
    const states = targets.map((target) => {
      const rule = new StopRule(stopRuleOptions(experiment.stop));
      // Applies the rule to the blocks of an interrupted run again, which leads to the same decisions.
      const { blocks, last } = judgeBlocks(rule, table.of(target.variant.name, step), seconds);
      return { target, rule, blocks, isDone: last !== undefined && last.state !== 'continue' };
    });
    for (
      let round = Math.min(...states.map(({ blocks }) => blocks));
      this.budget.spent === undefined;
      round++
    ) {
      const waiting = states.filter(({ isDone, blocks }) => !isDone && blocks <= round);
      if (states.every(({ isDone }) => isDone)) return;
      for (const state of inTurn(waiting, round)) {
        await this.#block(state.target, step, round, this.#arrivals(step, round, ratePerSecond));
        state.blocks = round + 1;
        const data = table.of(state.target.variant.name, step)!;
        const decision = state.rule.check(
          data.answeredWarm,
          state.blocks * seconds,
          () => data.warmLatency().values,
        );
        state.isDone = decision.state !== 'continue';
        this.#report(
          'load',
          state.target,
          step,
          decision,
          experiment.stop.maxSeconds - state.blocks * seconds,
        );
        if (this.budget.spent !== undefined) return;
      }
    }
  }

  /**
   * Arrival times, equal for all variants. There is at least one, so that a sample proves that the block ran.
   */
  #arrivals(step: number, block: number, ratePerSecond: number): Float64Array {
    const { experiment } = this.#request;
    const { seed, load } = experiment;
    const seconds = blockSecondsAt(experiment, ratePerSecond);
    const times = arrivalTimes({ arrivals: load.arrivals, ratePerSecond, seconds, seed, step, block });
    return times.length === 0 ? new Float64Array(1) : times;
  }

  async #block(target: Target, step: number, block: number, arrivals: Float64Array): Promise<void> {
    const { experiment, questions, writer, table, signal } = this.#request;
    const { name } = target.variant;
    const sent = table.of(name, step)?.requests ?? 0;
    const { generator } = await runBlock({
      arrivals,
      questions: questionOrder(questions, experiment.seed, sent, arrivals.length),
      send: target.send,
      timeoutMs: experiment.load.timeoutSeconds * 1_000,
      maxInFlight: experiment.load.maxInFlight,
      clock: this.#clock,
      offsetMs: this.#offsetMs,
      signal,
      onSample: (part) => {
        const sample: Sample = { variant: name, step, block, blockSize: arrivals.length, ...part };
        writer.add(sample);
        table.add(sample);
        this.budget.count(sample);
      },
    });
    await writer.flush();
    throwIfAborted(signal);
    // In process, generator and target share an event loop: requests are late because the target queues.
    const isJudged = experiment.target !== 'in-process' && step !== COLD_STEP;
    if (!generator.isValid && isJudged) this.#late.add(name, step, generator.reason ?? '');
  }

  #report(
    phase: RunProgress['phase'],
    target: Target,
    step: number,
    decision?: StopDecision,
    secondsLeft?: number,
  ): void {
    const rates = stepRates(this.#request.experiment);
    this.#request.onProgress?.({
      phase,
      variant: target.variant.name,
      step,
      steps: rates.length,
      ratePerSecond: rates[step] ?? 0,
      requests: this.budget.requests,
      decision,
      secondsLeft,
    });
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
  throwIfAborted(signal);
}
