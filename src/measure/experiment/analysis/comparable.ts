import { isDeepStrictEqual } from 'node:util';
import type { ResultHeader } from '../results/header.ts';

/** What must be alike for two runs to be compared, and what a reader has to know where it is not. */
export interface Comparability {
  /** Sentences; a comparison is refused for each of them. */
  readonly obstacles: readonly string[];
  /** Sentences; they may be what the comparison is about. */
  readonly notes: readonly string[];
}

/** What the load generator did, by key of the declaration; how long it went on is the stop rule's. */
const LOAD_KEYS = ['arrivals', 'blockSeconds', 'timeoutSeconds', 'maxInFlight'] as const;
const MACHINE_KEYS = ['cpu', 'cores', 'memoryBytes', 'node', 'platform', 'arch'] as const;

/** Compares what two runs asked, how, and of what. */
export function comparability(a: ResultHeader, b: ResultHeader): Comparability {
  const obstacles: string[] = [];
  const differ = (name: string, ofA: unknown, ofB: unknown, to = obstacles): void => {
    if (!isDeepStrictEqual(ofA, ofB)) to.push(`${name}: ${shown(ofA)} before, ${shown(ofB)} after.`);
  };
  const question = differingQuestion(a, b);
  if (question !== undefined) obstacles.push(question);
  differ('seed', a.seed, b.seed);
  const rates = ({ steps }: ResultHeader): number[] => steps.map(({ ratePerSecond }) => ratePerSecond);
  differ('steps in requests/s', rates(a), rates(b));
  const load = (header: ResultHeader, key: string): unknown =>
    (header.declaration.load as Record<string, unknown> | undefined)?.[key];
  for (const key of LOAD_KEYS) differ(`load.${key}`, load(a, key), load(b, key));
  differ('route', a.declaration.route, b.declaration.route);
  differ('target', a.target.kind, b.target.kind);
  differ('storageModel', a.declaration.storageModel, b.declaration.storageModel);
  const notes: string[] = [];
  for (const key of MACHINE_KEYS) differ(`machine, ${key}`, a.environment[key], b.environment[key], notes);
  for (const of of a.variants) {
    const other = b.variants.find(({ name }) => name === of.name);
    if (other === undefined) continue;
    const index = ({ index: found }: typeof of): string | undefined =>
      found && `${found.kind}@${found.version}`;
    differ(`${of.name}, index`, index(of), index(other), notes);
    differ(`${of.name}, memoryMb`, of.memoryMb, other.memoryMb, notes);
    for (const key of new Set([...Object.keys(of.settings), ...Object.keys(other.settings)]))
      if (key !== 'memoryMb') differ(`${of.name}, ${key}`, of.settings[key], other.settings[key], notes);
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
