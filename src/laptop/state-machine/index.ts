export type { Clock } from './clock.ts';
export type { Invoke, InvokeResult, ReadItems } from './execution.ts';
export type { HistoryEvent } from './history.ts';
export type { Json, JsonObject } from './json.ts';
export type { LoadOptions } from './loading/load.ts';
export {
  type ExecutionResult,
  loadStateMachine,
  type RunOptions,
  type StateMachine,
} from './state-machine.ts';
