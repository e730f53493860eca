import { throwIfAborted } from '../../core/index.ts';
import { foldToDocuments } from '../evaluation/metrics.ts';
import type { Question } from '../evaluation/questions.ts';

/** Number of documents whose ranking is judged. */
export const QUALITY_DEPTH = 10;

/** Number of chunks whose texts are kept, to decide whether the corpus answers a question. */
const PASSAGES = 3;

/** Result of one variant for one question. */
export interface Found {
  /** Hits, best first; a document may occur with several chunks. */
  readonly hits: readonly {
    readonly id: string;
    readonly documentId: string;
    readonly title: string;
    readonly text: string;
  }[];
  readonly latencyMs: number;
  readonly storage?: { readonly reads: number; readonly bytes: number } | undefined;
}

/** Queries one variant for `topK` chunks. */
export type AskVariant = (question: Question, topK: number, signal?: AbortSignal) => Promise<Found>;

/** All results of one variant for one question. */
export interface QuestionRun {
  /** Ids of the top documents, best first, each once. */
  readonly documentIds: readonly string[];
  readonly chunkIds: readonly string[];
  readonly titles: readonly string[];
  /** Title and text of the first chunks. */
  readonly passages: readonly string[];
  /** One latency for each timed round. */
  readonly latenciesMs: readonly number[];
  readonly reads?: number | undefined;
  readonly bytes?: number | undefined;
}

export interface AskInTurnsOptions {
  readonly questions: readonly Question[];
  readonly variants: readonly { readonly name: string; readonly ask: AskVariant }[];
  /** Number of timed rounds over all questions, after one untimed round. */
  readonly rounds: number;
  /** Number of chunks requested in timed rounds. */
  readonly topK: number;
  /** Number of chunks requested in the untimed round, whose hits determine the ranking of documents. */
  readonly depth: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Asks all variants every question: once for quality, which also warms them up, then `rounds` times for
 * latency. The order of the variants is reversed after each question, so that no variant always follows the
 * same other one.
 */
export async function runAlternating(
  options: AskInTurnsOptions,
): Promise<ReadonlyMap<string, readonly QuestionRun[]>> {
  const { questions, variants, rounds, topK, depth, signal, onProgress } = options;
  const found = new Map(variants.map(({ name }) => [name, questions.map((): Found[] => [])]));
  const total = questions.length * (rounds + 1);
  let done = 0;
  for (let round = 0; round <= rounds; round++) {
    for (const [index, question] of questions.entries()) {
      const turn = (round + index) % 2 === 0 ? variants : variants.toReversed();
      for (const { name, ask } of turn) {
        throwIfAborted(signal);
        found.get(name)![index]!.push(await ask(question, round === 0 ? depth : topK, signal));
      }
      onProgress?.(++done, total);
    }
  }
  return new Map([...found].map(([name, runs]) => [name, runs.map(runOf)]));
}

function runOf([first, ...timed]: readonly Found[]): QuestionRun {
  const documents = foldToDocuments(first!.hits).slice(0, QUALITY_DEPTH);
  const storage = timed.flatMap((of) => (of.storage === undefined ? [] : [of.storage]));
  const meanOf = (figure: 'reads' | 'bytes'): number | undefined =>
    storage.length === 0 ? undefined : storage.reduce((sum, of) => sum + of[figure], 0) / storage.length;
  return {
    documentIds: documents.map(({ documentId }) => documentId),
    chunkIds: first!.hits.slice(0, QUALITY_DEPTH).map(({ id }) => id),
    passages: first!.hits.slice(0, PASSAGES).map(({ title, text }) => `${title} ${text}`),
    titles: documents.map(({ title }) => title),
    latenciesMs: timed.map(({ latencyMs }) => latencyMs),
    reads: meanOf('reads'),
    bytes: meanOf('bytes'),
  };
}
