import {
  type ComparisonResult,
  type Question,
  suitabilityOf,
  summariseComparison,
} from '../../../src/measure/index.ts';

const questions = Array.from(
  { length: 12 },
  (_, index): Question => ({
    id: `q${index}`,
    text: `question ${index}`,
    relevant: new Map([[`${index}.md`, 1]]),
    answers: [],
    answerable: undefined,
    kind: undefined,
  }),
);

/** Answers of a variant that finds all questions except the first `missed`, with about this latency. */
const runsOf = (missed: number, latencyMs: number) =>
  questions.map((_, index) => ({
    documentIds: index < missed ? ['other.md'] : [`${index}.md`, 'other.md'],
    chunkIds: [],
    titles: ['', ''],
    passages: [`question ${index}`],
    latenciesMs: [latencyMs + index, latencyMs + 2 * index, latencyMs],
    reads: 2,
    bytes: 1_000,
  }));

/**
 * A comparison of variants on 12 questions: the first one is fast and finds all answers, and the others find
 * only four.
 */
export function comparisonOf(names: readonly string[], source = 'questions.jsonl'): ComparisonResult {
  const runs = new Map(
    names.map((name, index) => [name, runsOf(index === 0 ? 0 : 8, index === 0 ? 10 : 300)]),
  );
  const summary = summariseComparison(questions, runs, names, undefined);
  return {
    source,
    command: `srag compare ${source} --kinds ${names.join(',')}`,
    comparedAt: '2026-11-29T00:00:00.000Z',
    mode: 'lexical',
    storage: 'file',
    synthetic: true,
    rounds: 3,
    suitability: suitabilityOf(
      questions,
      () => true,
      () => [],
    ),
    summary,
    notes: ['A note.'],
    variants: summary.variants.map((of, index) => ({
      summary: of,
      collection: 'default',
      embedder: 'none',
      index: {
        kind: of.name,
        version: 'v1',
        rows: 1_000,
        dimensions: 0,
        buildParameters: {},
        queryParameters: {},
        sizeBytes: 2_500_000 * (index + 1),
        buildMs: 900,
      },
      first: { startToAnswerMs: 400 + index, peakBytes: 90e6 },
      usdPerMillion: 5.5,
    })),
  };
}
