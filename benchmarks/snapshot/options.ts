import { parseArgs } from 'node:util';
import { SragError, unknownName } from '../../src/core/index.ts';
import { CANDIDATES, type CandidateKind } from './candidates.ts';
import type { Mode } from './jobs.ts';

export const TOP_K = 10;
export const SCENARIOS = ['cold', 'session', 'warm', 'memory'] as const;
export type Scenario = (typeof SCENARIOS)[number];
const MODES: readonly Mode[] = ['vector', 'lexical', 'hybrid'];

export const HELP = `Usage: npm run bench:snapshot -- --data DIR [options]

Compares the snapshot index with LanceDB, USearch, hnswlib and sqlite-vec: every sample is from a fresh process, and
every other round reverses the order. S3 is versitygw (npm run servers:install) behind benchmarks/s3-model.

  cold     process start -> first answer with text; its reads, waves, bytes; recall of the first query after each opening
  session  queries 2 to --session of one process on S3; again after hydration
  warm     latency in process on the local disk, after hydration and a warm-up; recall
  memory   resident memory after --memory-queries queries, on S3 if the candidate supports it

  --data DIR            dataset: corpus.jsonl[.gz], queries, qrels, vectors/ (one folder in it, or --vectors)
  --vectors DIR         its vectors
  --kinds A,B           candidates (default: all): ${CANDIDATES.map(({ name }) => name).join(', ')}
  --scenario A,B        (default: all): ${SCENARIOS.join(', ')}
  --parameters JSON     {"KIND": {"nprobes": 40}}: query parameters in place of the defaults
  --mode MODE           vector, lexical or hybrid (default vector); kinds without the mode are left out
  --rounds N            (default 5)
  --starts N            cold starts per round and kind, each with a different query (default 3)
  --first-queries N     first queries whose recall is measured (default 200)
  --session N           queries of a session (default 200)
  --queries N           warm queries (default 1000)
  --memory-queries N    (default 1000)
  --cache-mb N          size of the cache folder (default 256)
  --places A,B          places of the cold starts (default s3,disk); without s3 nothing is measured on S3
  --latency-ms N        S3 latency to the first byte (default 25)
  --fault-rate N        share of S3 reads that fail (default 0)
  --json FILE           write raw samples, configuration and environment
  --work DIR            folder that keeps built indexes for the next run (default: a temporary folder)
  --rebuild A,B         rebuild these kinds even if the work folder has them
  --help

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a kind could not be measured. Peers that are not installed are left out;
hnswlib-node needs a compiler: npm run bench:peers.`;

/** Configuration of a run. */
export interface SnapshotBenchOptions {
  readonly data: string;
  readonly vectors: string | undefined;
  readonly kinds: readonly CandidateKind[];
  readonly scenarios: readonly Scenario[];
  readonly mode: Mode;
  readonly rounds: number;
  readonly starts: number;
  readonly firstQueries: number;
  readonly session: number;
  readonly queries: number;
  readonly memoryQueries: number;
  /** Size of the cache folder in MB. */
  readonly cacheMb: number;
  readonly places: readonly ('s3' | 'disk')[];
  readonly latencyMs: number;
  readonly faultRate: number;
  readonly json: string | undefined;
  readonly work: string | undefined;
  /** Kinds to rebuild. */
  readonly rebuild: readonly string[];
}

/**
 * Reads the command line; returns `help` if help is requested. @throws INVALID_ARGUMENT, UNKNOWN_INDEX_KIND
 */
export function readOptions(args: readonly string[]): SnapshotBenchOptions | 'help' {
  const given = parse(args);
  if (given.help === true) return 'help';
  if (given.data === undefined) throw invalid('data', 'missing', 'the folder of a dataset with vectors');
  const parameters = readParameters(given.parameters ?? '{}');
  const names = given.kinds?.split(',') ?? CANDIDATES.map(({ name }) => name);
  const kinds = names.map((name) => {
    const kind = CANDIDATES.find((known) => known.name === name);
    if (kind === undefined)
      throw unknownName(
        'UNKNOWN_INDEX_KIND',
        'candidate',
        name,
        CANDIDATES.map((known) => known.name),
      );
    return { ...kind, parameters: { ...kind.parameters, ...parameters[name] } };
  });
  return {
    data: given.data,
    vectors: given.vectors,
    kinds,
    scenarios: choices('scenario', given.scenario ?? SCENARIOS.join(','), SCENARIOS),
    mode: choices('mode', given.mode ?? 'vector', MODES)[0]!,
    rounds: number('rounds', given.rounds ?? '5', 1),
    starts: number('starts', given.starts ?? '3', 1),
    firstQueries: number('first-queries', given['first-queries'] ?? '200', 0),
    session: number('session', given.session ?? '200', 2),
    queries: number('queries', given.queries ?? '1000', 1),
    memoryQueries: number('memory-queries', given['memory-queries'] ?? '1000', 1),
    cacheMb: number('cache-mb', given['cache-mb'] ?? '256', 1),
    places: choices('places', given.places ?? 's3,disk', ['s3', 'disk']),
    latencyMs: number('latency-ms', given['latency-ms'] ?? '25', 0),
    faultRate: Number(given['fault-rate'] ?? '0'),
    json: given.json,
    work: given.work,
    rebuild: given.rebuild?.split(',') ?? [],
  };
}

const NAMES = [
  'data',
  'vectors',
  'kinds',
  'scenario',
  'parameters',
  'mode',
  'rounds',
  'starts',
  'first-queries',
  'session',
  'queries',
  'memory-queries',
  'cache-mb',
  'places',
  'latency-ms',
  'fault-rate',
  'json',
  'work',
  'rebuild',
] as const;

function parse(
  args: readonly string[],
): Partial<Record<(typeof NAMES)[number], string>> & { help?: boolean } {
  try {
    const texts = Object.fromEntries(NAMES.map((name) => [name, { type: 'string' } as const]));
    return parseArgs({ args: [...args], options: { ...texts, help: { type: 'boolean' } } }).values as never;
  } catch (cause) {
    throw new SragError('INVALID_ARGUMENT', String((cause as Error).message), { cause });
  }
}

const invalid = (name: string, given: string, wanted: string): SragError =>
  new SragError('INVALID_ARGUMENT', `--${name} is '${given}'; it must be ${wanted}.`);

function number(name: string, given: string, low: number): number {
  const value = Number(given);
  if (Number.isInteger(value) && value >= low) return value;
  throw invalid(name, given, `an integer >= ${low}`);
}

function choices<T extends string>(name: string, given: string, known: readonly T[]): readonly T[] {
  const chosen = given.split(',');
  const wrong = chosen.find((one) => !known.some((each) => each === one));
  if (wrong !== undefined) throw invalid(name, wrong, `of ${known.join(', ')}`);
  return chosen as T[];
}

function readParameters(given: string): Readonly<Record<string, Readonly<Record<string, number>>>> {
  try {
    return JSON.parse(given) as Record<string, Record<string, number>>;
  } catch {
    throw invalid('parameters', given, 'JSON');
  }
}
