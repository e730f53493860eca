import type { Frame, Outcome, RunStates } from './execution.ts';
import type { Json } from './json.ts';
import { requirePayloadSize } from './limits.ts';
import type { State } from './loading/definition.ts';
import { runMap } from './states/distributed-map.ts';
import { runChoice, runPass } from './states/simple.ts';
import { runTask } from './states/task.ts';

/** Runs states from `StartAt` until one ends the sequence. @throws StateFailure if it is not caught. */
export const runStates: RunStates = async (sequence, input, surroundings) => {
  const { history, services, signal } = surroundings;
  let current: Json = input;
  let name = sequence.StartAt;
  for (;;) {
    await services.clock.giveWay();
    signal.throwIfAborted();
    const state = sequence.States[name]!;
    requirePayloadSize(current, `The state '${name}' was given an input`);
    const frame: Frame = {
      ...surroundings,
      name,
      input: current,
      enteredId: history.add(`${state.Type}StateEntered`, { state: name }),
      enteredAt: new Date(services.clock.now()).toISOString(),
      retryCount: 0,
    };
    const { output, next } = await runState(state, frame);
    history.add(`${state.Type}StateExited`, { state: name });
    if (next === undefined) return output;
    current = output;
    name = next;
  }
};

function runState(state: State, frame: Frame): Promise<Outcome> {
  switch (state.Type) {
    case 'Task':
      return runTask(state, frame);
    case 'Pass':
      return runPass(state, frame);
    case 'Choice':
      return runChoice(state, frame);
    case 'Map':
      return runMap(state, frame, runStates);
  }
}
