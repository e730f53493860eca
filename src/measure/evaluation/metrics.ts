/** Relevance grades of documents for one query: document id -> grade. Above 0 is relevant. */
export type Judgements = ReadonlyMap<string, number>;

/** Whether at least one document is relevant. */
export const hasRelevant = (judgements: Judgements | undefined): boolean =>
  judgements !== undefined && [...judgements.values()].some((grade) => grade > 0);

/** A quality metric of one ranking. */
export interface Metric {
  readonly name: string;
  readonly unit: 'share';
  readonly betterWhen: 'higher' | 'lower';
  /** `ranking`: document ids, best first, without duplicates. */
  readonly compute: (ranking: readonly string[], judgements: Judgements) => number;
}

const gradeOf = (judgements: Judgements, id: string): number => Math.max(0, judgements.get(id) ?? 0);
const isRelevant = (judgements: Judgements, id: string): boolean => gradeOf(judgements, id) > 0;

/** Sum of grade / log2(rank + 1) over the first `depth` grades (Jarvelin and Kekalainen, 2002, as trec_eval does). */
function discountedGain(grades: readonly number[], depth: number): number {
  let gain = 0;
  for (let rank = 1; rank <= Math.min(depth, grades.length); rank++)
    gain += grades[rank - 1]! / Math.log2(rank + 1);
  return gain;
}

/**
 * Normalised discounted cumulative gain of the first `depth` documents, 0 to 1: gain = grade, discount =
 * log2(rank + 1), as trec_eval and BEIR compute it. 0 if no document is relevant.
 */
export function ndcg(ranking: readonly string[], judgements: Judgements, depth: number): number {
  const ideal = discountedGain(
    [...judgements.values()].filter((grade) => grade > 0).sort((a, b) => b - a),
    depth,
  );
  if (ideal === 0) return 0;
  const top = ranking.slice(0, depth).map((id) => gradeOf(judgements, id));
  return discountedGain(top, depth) / ideal;
}

/** Share of the relevant documents among the first `depth`, 0 to 1. 0 if nothing is relevant. */
export function recall(ranking: readonly string[], judgements: Judgements, depth: number): number {
  const relevant = [...judgements.values()].filter((grade) => grade > 0).length;
  if (relevant === 0) return 0;
  return ranking.slice(0, depth).filter((id) => isRelevant(judgements, id)).length / relevant;
}

/** 1 / rank of the first relevant document among the first `depth`; 0 if there is none. */
export function reciprocalRank(ranking: readonly string[], judgements: Judgements, depth: number): number {
  const index = ranking.slice(0, depth).findIndex((id) => isRelevant(judgements, id));
  return index < 0 ? 0 : 1 / (index + 1);
}

const SHARE = { unit: 'share', betterWhen: 'higher' } as const;

/** The metrics that `srag eval` computes for every query. */
export const METRICS = [
  { name: 'ndcg@10', ...SHARE, compute: (ranking, judgements) => ndcg(ranking, judgements, 10) },
  { name: 'recall@10', ...SHARE, compute: (ranking, judgements) => recall(ranking, judgements, 10) },
  { name: 'recall@100', ...SHARE, compute: (ranking, judgements) => recall(ranking, judgements, 100) },
  { name: 'mrr@10', ...SHARE, compute: (ranking, judgements) => reciprocalRank(ranking, judgements, 10) },
] as const satisfies readonly Metric[];

/** Name of a metric in {@link METRICS}. */
export type MetricName = (typeof METRICS)[number]['name'];

/** Number of ranked documents that all metrics together need. */
export const METRIC_DEPTH = 100;

/** Computes all metrics for one query. */
export function computeMetrics(
  ranking: readonly string[],
  judgements: Judgements,
): Record<MetricName, number> {
  const entries = METRICS.map(({ name, compute }) => [name, compute(ranking, judgements)] as const);
  return Object.fromEntries(entries) as Record<MetricName, number>;
}

/** Keeps only the best hit of each document. Hits are chunks, best first; their order is kept. */
export function foldToDocuments<T extends { readonly documentId: string }>(hits: readonly T[]): T[] {
  const seen = new Set<string>();
  return hits.filter(({ documentId }) => !seen.has(documentId) && seen.add(documentId));
}
