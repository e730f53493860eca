import { isDeepStrictEqual } from 'node:util';
import type { ResultHeader } from '../results/header.ts';

/** Differences between two runs that prevent a comparison, or that readers need to know. */
export interface Comparability {
  /** Differences that prevent the comparison, as sentences. */
  readonly obstacles: readonly string[];
  /** Differences that may be the purpose of the comparison, as sentences. */
  readonly notes: readonly string[];
}

/** Keys of the declaration that determine the load, except its duration, which depends on the stop rule. */
const LOAD_KEYS = ['arrivals', 'blockSeconds', 'timeoutSeconds', 'maxInFlight'] as const;
const MACHINE_KEYS = ['cpu', 'cores', 'memoryBytes', 'node', 'platform', 'arch'] as const;

/** Compares questions, load, target and environment of two runs. */
export function comparability(a: ResultHeader, b: ResultHeader): Comparability {
  const obstacles: string[] = [];
  const compare = (name: string, ofA: unknown, ofB: unknown, to = obstacles): void => {
    if (!isDeepStrictEqual(ofA, ofB)) to.push(`${name}: ${shown(ofA)} before, ${shown(ofB)} after.`);
  };
  const question = differingQuestion(a, b);
  if (question !== undefined) obstacles.push(question);
  compare('seed', a.seed, b.seed);
  const rates = ({ steps }: ResultHeader): number[] => steps.map(({ ratePerSecond }) => ratePerSecond);
  compare('steps in requests/s', rates(a), rates(b));
  const load = (header: ResultHeader, key: string): unknown =>
    (header.declaration.load as Record<string, unknown> | undefined)?.[key];
  for (const key of LOAD_KEYS) compare(`load.${key}`, load(a, key), load(b, key));
  compare('route', a.declaration.route, b.declaration.route);
  compare('target', a.target.kind, b.target.kind);
  compare('storageModel', a.declaration.storageModel, b.declaration.storageModel);
  const notes: string[] = [];
  for (const key of MACHINE_KEYS) compare(`machine, ${key}`, a.environment[key], b.environment[key], notes);
  for (const of of a.variants) {
    const other = b.variants.find(({ name }) => name === of.name);
    if (other === undefined) continue;
    const index = ({ index: found }: typeof of): string | undefined =>
      found && `${found.kind}@${found.version}`;
    compare(`${of.name}, index`, index(of), index(other), notes);
    compare(`${of.name}, memoryMb`, of.memoryMb, other.memoryMb, notes);
    for (const key of new Set([...Object.keys(of.settings), ...Object.keys(other.settings)]))
      if (key !== 'memoryMb') compare(`${of.name}, ${key}`, of.settings[key], other.settings[key], notes);
  }
  return { obstacles, notes };
}

function differingQuestion(
  { questions: a }: ResultHeader,
  { questions: b }: ResultHeader,
): string | undefined {
  if (a.list.length !== b.list.length)
    return `questions: ${a.list.length} of ${a.source} before, ${b.list.length} of ${b.source} after.`;
  const index = a.list.findIndex(({ id, text }, at) => b.list[at]!.id !== id || b.list[at]!.text !== text);
  if (index < 0) return undefined;
  const name = ({ list }: typeof a): string => `'${list[index]!.text.slice(0, 60)}'`;
  return `questions: number ${index + 1} is ${name(a)} before, ${name(b)} after.`;
}

const shown = (value: unknown): string => (value === undefined ? 'not stated' : JSON.stringify(value));
