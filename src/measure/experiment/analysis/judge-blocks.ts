import type { StopDecision, StopRule } from '../../statistics/index.ts';
import type { StepData } from './step-data.ts';

/** Applies the stop rule to the blocks of a step one by one, as the run does, until the rule ends the step. */
export function judgeBlocks(
  rule: StopRule,
  data: StepData | undefined,
  secondsPerBlock: number,
): { readonly blocks: number; readonly last: StopDecision | undefined } {
  let blocks = 0;
  let last: StopDecision | undefined;
  for (const latencies of data?.warmLatency().upToEachBlock ?? []) {
    blocks += 1;
    last = rule.check(latencies.length, blocks * secondsPerBlock, () => latencies);
    if (last.state !== 'continue') break;
  }
  return { blocks, last };
}
