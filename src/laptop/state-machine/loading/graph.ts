import type { Sequence, State } from './definition.ts';
import { invalid } from './refusal.ts';

type Path = readonly PropertyKey[];

/**
 * Checks that every transition leads to a state of the same sequence, that every state is reachable and one
 * is final, that names are unique in the whole machine, and that variables have valid names.
 * @throws INVALID_CONFIG with the path.
 */
export function checkGraph(machine: Sequence): void {
  checkSequence(machine, [], new Set());
}

function checkSequence(sequence: Sequence, path: Path, names: Set<string>): void {
  const { States: states } = sequence;
  const known = Object.keys(states).join(', ');
  const requireState = (name: string, at: Path): void => {
    if (!Object.hasOwn(states, name)) throw invalid(at, `there is no state '${name}' (states: ${known}).`);
  };
  requireState(sequence.StartAt, [...path, 'StartAt']);
  for (const [name, state] of Object.entries(states)) {
    const statePath = [...path, 'States', name];
    if (names.has(name)) throw invalid(statePath, 'another state has the same name.');
    names.add(name);
    checkEnd(state, statePath);
    for (const { target, at } of transitions(state)) requireState(target, [...statePath, ...at]);
    checkVariables(state, statePath);
  }
  checkReached(sequence, path);
  for (const [name, state] of Object.entries(states)) {
    if (state.Type === 'Map') {
      checkSequence(state.ItemProcessor, [...path, 'States', name, 'ItemProcessor'], names);
    }
  }
}

function checkEnd(state: State, path: Path): void {
  if (state.Type === 'Choice') return;
  if ((state.Next === undefined) === (state.End === undefined)) {
    throw invalid(path, "a state must have either 'Next' or 'End': true.");
  }
}

function transitions(state: State): { readonly target: string; readonly at: PropertyKey[] }[] {
  const found: { target: string; at: PropertyKey[] }[] = [];
  if ('Next' in state && state.Next !== undefined) found.push({ target: state.Next, at: ['Next'] });
  if (state.Type === 'Choice') {
    if (state.Default !== undefined) found.push({ target: state.Default, at: ['Default'] });
    for (const [index, rule] of state.Choices.entries()) {
      found.push({ target: rule.Next, at: ['Choices', index, 'Next'] });
    }
  }
  if ('Catch' in state) {
    for (const [index, { Next }] of state.Catch.entries()) {
      found.push({ target: Next, at: ['Catch', index, 'Next'] });
    }
  }
  return found;
}

function checkReached({ StartAt, States }: Sequence, path: Path): void {
  const reached = new Set([StartAt]);
  for (const name of reached) for (const { target } of transitions(States[name]!)) reached.add(target);
  const lost = Object.keys(States).find((name) => !reached.has(name));
  if (lost !== undefined) throw invalid([...path, 'States', lost], 'no transition leads to this state.');
  const ends = Object.values(States).some((state) => 'End' in state && state.End === true);
  if (!ends) throw invalid([...path, 'States'], 'no state ends the sequence: set "End": true on a state.');
}

/** Unicode identifiers, as in Step Functions. */
const VARIABLE_NAME = /^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u;

function checkVariables(state: State, path: Path): void {
  for (const { assigned, at } of assignments(state)) {
    for (const name of Object.keys(assigned)) {
      const where = [...path, ...at, 'Assign', name];
      if (name === 'states') throw invalid(where, "'states' is reserved.");
      if (!VARIABLE_NAME.test(name)) {
        throw invalid(where, 'a variable name has at most 80 letters, digits and _.');
      }
    }
  }
}

function assignments(state: State): { readonly assigned: object; readonly at: PropertyKey[] }[] {
  const found: { assigned: object; at: PropertyKey[] }[] = [];
  if ('Assign' in state && state.Assign !== undefined) found.push({ assigned: state.Assign, at: [] });
  const lists = {
    Choices: 'Choices' in state ? state.Choices : [],
    Catch: 'Catch' in state ? state.Catch : [],
  };
  for (const [list, items] of Object.entries(lists)) {
    for (const [index, item] of items.entries()) {
      if (item.Assign !== undefined) found.push({ assigned: item.Assign, at: [list, index] });
    }
  }
  return found;
}
