import { parseArgs } from 'node:util';
import { SragError, unknownName } from '../../src/core/index.ts';
import { INDEX_KINDS, LOCAL_KINDS } from '../../src/indexes/index.ts';
import type { CandidateParameters } from './workspace.ts';

/** Hits per query, and the k of recall@k. */
export const TOP_K = 10;

export const HELP = `Usage: npm run bench:index -- [options]

Builds every index kind from one corpus and measures build time, size, recall@${TOP_K} against exact search, latency
and memory. Every build and every query run is a fresh process; every other round reverses the order of the kinds.

  --data DIR         dataset: corpus.jsonl[.gz], queries, qrels, vectors/ (default: a synthetic one)
  --vectors DIR      its vectors, if vectors/ contains several sets
  --split NAME       split of the judgements (default test)
  --rows N           rows of the synthetic dataset (default 20000)
  --kinds A,B        index kinds (default: all that need no server; SRAG_OPENSEARCH_URL connects to one)
  --parameters JSON  {"KIND": {"build": {...}, "query": {...}}}; absent ones default to those of the kind
  --queries N        measured queries (default 500)
  --rounds N         rounds (default 3)
  --min-recall N     fail (exit code 1) if a kind's recall@${TOP_K} is lower
  --json FILE        write raw rounds, medians, configuration and environment
  --work DIR         new folder for corpus and indexes, kept (default: a temporary one)
  --help

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a kind could not be measured.`;

/** Configuration of a run. */
export interface BenchOptions {
  readonly data: string | undefined;
  readonly vectors: string | undefined;
  readonly split: string;
  readonly rows: number;
  readonly kinds: readonly string[];
  readonly parameters: Readonly<Record<string, CandidateParameters>>;
  readonly queries: number;
  readonly rounds: number;
  readonly minRecall: number;
  readonly json: string | undefined;
  readonly work: string | undefined;
}

/**
 * Reads the command line; returns `help` if help is requested. @throws INVALID_ARGUMENT, UNKNOWN_INDEX_KIND
 */
export function readOptions(args: readonly string[]): BenchOptions | 'help' {
  const given = parse(args);
  if (given.help) return 'help';
  const kinds = given.kinds?.split(',') ?? LOCAL_KINDS;
  for (const kind of kinds) {
    if (!INDEX_KINDS.some((known) => known === kind))
      throw unknownName('UNKNOWN_INDEX_KIND', 'index kind', kind, INDEX_KINDS);
  }
  return {
    data: given.data,
    vectors: given.vectors,
    split: given.split ?? 'test',
    rows: wholeNumber('rows', given.rows ?? '20000'),
    kinds,
    parameters: parameters(given.parameters ?? '{}'),
    queries: wholeNumber('queries', given.queries ?? '500'),
    rounds: wholeNumber('rounds', given.rounds ?? '3'),
    minRecall: share('min-recall', given['min-recall'] ?? '0'),
    json: given.json,
    work: given.work,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const options = {
      data: text,
      vectors: text,
      split: text,
      rows: text,
      kinds: text,
      parameters: text,
      queries: text,
    };
    const more = {
      rounds: text,
      'min-recall': text,
      json: text,
      work: text,
      help: { type: 'boolean' } as const,
    };
    return parseArgs({ args: [...args], options: { ...options, ...more } }).values;
  } catch (cause) {
    throw new SragError('INVALID_ARGUMENT', (cause as Error).message, { remedy: 'See --help.', cause });
  }
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new SragError('INVALID_ARGUMENT', `--${name} is '${text}'; it must be an integer >= 1.`);
}

function share(name: string, text: string): number {
  const value = Number(text);
  if (text !== '' && value >= 0 && value <= 1) return value;
  throw new SragError('INVALID_ARGUMENT', `--${name} is '${text}'; it must be from 0 to 1.`);
}

function parameters(text: string): Readonly<Record<string, CandidateParameters>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, CandidateParameters>>;
  } catch (cause) {
    throw new SragError('INVALID_ARGUMENT', `--parameters is '${text}', which is not JSON.`, { cause });
  }
}
