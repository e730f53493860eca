import { matchJudgements } from '../evaluation/match-judgements.ts';
import { computeMetrics } from '../evaluation/metrics.ts';
import type { Question } from '../evaluation/questions.ts';
import {
  bootstrapInterval,
  type Interval,
  latencyQuantiles,
  mean,
  pairedDifference,
} from '../evaluation/statistics.ts';
import type { QuestionRun } from './ask-in-turns.ts';
import { quantileIntervals } from './quantile-intervals.ts';

/** A mean over questions with its 95 % interval. */
export interface MeanFigure {
  readonly mean: number;
  readonly interval: Interval;
  readonly n: number;
}

/** Figures of one variant. */
export interface VariantSummary {
  readonly name: string;
  /** Quality by metric: `ndcg@10` and `recall@10` with judgements, `recall vs exact` without. */
  readonly quality: Readonly<Record<string, MeanFigure>>;
  /** Latencies of all timed answers, with 95 % intervals by resampling questions. */
  readonly latencyMs: {
    readonly p50: number;
    readonly p95: number;
    readonly n: number;
    readonly intervals: { readonly p50: Interval; readonly p95: Interval };
  };
  /** Means per warm question; undefined if the index kind does not count its reads. */
  readonly reads: number | undefined;
  readonly bytes: number | undefined;
}

/** Difference between B and A on the same questions. */
export interface PairSummary {
  readonly a: string;
  readonly b: string;
  readonly figure: string;
  /** B - A for quality; B / A for latency. */
  readonly difference: number;
  readonly interval: Interval;
  /** Whether the interval excludes "no difference". */
  readonly significant: boolean;
}

/** A question for which a variant found no relevant document, and the documents that it found instead. */
export interface MissedQuestion {
  readonly variant: string;
  readonly id: string;
  readonly text: string;
  readonly expected: readonly string[];
  readonly found: readonly { readonly documentId: string; readonly title: string }[];
}

/** All figures that `srag compare` computes from the variants' answers. */
export interface ComparisonSummary {
  readonly questions: number;
  readonly judged: number;
  readonly variants: readonly VariantSummary[];
  readonly pairs: readonly PairSummary[];
  readonly missed: readonly MissedQuestion[];
}

/**
 * @param exact name of the exact-search variant, whose hits count as relevant if questions have no judgements
 * @param isDocument whether a name in a judgement is a document id
 */
export function summariseComparison(
  questions: readonly Question[],
  runs: ReadonlyMap<string, readonly QuestionRun[]>,
  names: readonly string[],
  exact: string | undefined,
  isDocument?: (name: string) => boolean,
): ComparisonSummary {
  const judged = questions.flatMap(({ relevant }, index) => (relevant === undefined ? [] : [index]));
  const values = (name: string): Readonly<Record<string, readonly number[]>> =>
    judged.length > 0
      ? judgedValues(questions, runs.get(name)!, judged, isDocument)
      : overlapValues(runs, name, exact);
  const variants = names.map((name) => summaryOf(name, values(name), runs.get(name)!));
  const pairs = names.flatMap((a, index) =>
    names.slice(index + 1).flatMap((b) => pairsOf(a, b, values(a), values(b), runs)),
  );
  const missed = names.flatMap((name) => missedBy(name, questions, runs.get(name)!, judged, isDocument));
  return { questions: questions.length, judged: judged.length, variants, pairs, missed };
}

function judgedValues(
  questions: readonly Question[],
  runs: readonly QuestionRun[],
  judged: readonly number[],
  isDocument: ((name: string) => boolean) | undefined,
): Readonly<Record<string, readonly number[]>> {
  const metrics = judged.map((index) => {
    const relevant = questions[index]!.relevant!;
    return computeMetrics(
      matchJudgements(runs[index]!.documentIds, Object.fromEntries(relevant), isDocument),
      relevant,
    );
  });
  return {
    'ndcg@10': metrics.map((of) => of['ndcg@10']),
    'recall@10': metrics.map((of) => of['recall@10']),
  };
}

/** For each question, the share of the top 10 chunks of exact search that the variant also found. */
function overlapValues(
  runs: ReadonlyMap<string, readonly QuestionRun[]>,
  name: string,
  exact: string | undefined,
): Readonly<Record<string, readonly number[]>> {
  const truth = exact === undefined ? undefined : runs.get(exact);
  if (truth === undefined) return {};
  const shares = runs.get(name)!.flatMap(({ chunkIds }, index) => {
    const expected = truth[index]!.chunkIds;
    return expected.length === 0
      ? []
      : [expected.filter((id) => chunkIds.includes(id)).length / expected.length];
  });
  return shares.length === 0 ? {} : { 'recall vs exact': shares };
}

function summaryOf(
  name: string,
  values: Readonly<Record<string, readonly number[]>>,
  runs: readonly QuestionRun[],
): VariantSummary {
  const latencies = runs.flatMap(({ latenciesMs }) => latenciesMs);
  const { p50, p95 } = latencyQuantiles(latencies);
  const known = (figure: 'reads' | 'bytes'): number | undefined => {
    const all = runs.flatMap((run) => run[figure] ?? []);
    return all.length === 0 ? undefined : mean(all);
  };
  return {
    name,
    quality: Object.fromEntries(
      Object.entries(values).map(([metric, of]) => [
        metric,
        { mean: mean(of), interval: bootstrapInterval(of), n: of.length },
      ]),
    ),
    latencyMs: {
      p50,
      p95,
      n: latencies.length,
      intervals: quantileIntervals(runs.map(({ latenciesMs }) => latenciesMs)),
    },
    reads: known('reads'),
    bytes: known('bytes'),
  };
}

function pairsOf(
  a: string,
  b: string,
  ofA: Readonly<Record<string, readonly number[]>>,
  ofB: Readonly<Record<string, readonly number[]>>,
  runs: ReadonlyMap<string, readonly QuestionRun[]>,
): PairSummary[] {
  const quality = Object.keys(ofA).flatMap((figure): PairSummary[] => {
    const other = ofB[figure];
    if (other === undefined) return [];
    const { difference, interval } = pairedDifference(ofA[figure]!, other, 'higher');
    return [{ a, b, figure, difference, interval, significant: interval[0] > 0 || interval[1] < 0 }];
  });
  return [...quality, latencyPair(a, b, runs)];
}

/** The ratio of the geometric means of the questions' median latencies, with a paired interval. */
function latencyPair(a: string, b: string, runs: ReadonlyMap<string, readonly QuestionRun[]>): PairSummary {
  const logs = (name: string): number[] =>
    runs.get(name)!.map(({ latenciesMs }) => Math.log(Math.max(1e-6, latencyQuantiles(latenciesMs).p50)));
  const { difference, interval } = pairedDifference(logs(a), logs(b), 'lower');
  const ratio: Interval = [Math.exp(interval[0]), Math.exp(interval[1])];
  return {
    a,
    b,
    figure: 'latency',
    difference: Math.exp(difference),
    interval: ratio,
    significant: ratio[0] > 1 || ratio[1] < 1,
  };
}

function missedBy(
  variant: string,
  questions: readonly Question[],
  runs: readonly QuestionRun[],
  judged: readonly number[],
  isDocument: ((name: string) => boolean) | undefined,
): MissedQuestion[] {
  return judged.flatMap((index) => {
    const { id, text, relevant } = questions[index]!;
    const { documentIds, titles } = runs[index]!;
    const expected = [...relevant!].flatMap(([document, grade]) => (grade > 0 ? [document] : []));
    const named = matchJudgements(documentIds, Object.fromEntries(relevant!), isDocument);
    if (expected.length === 0 || expected.some((document) => named.includes(document))) return [];
    const found = documentIds.map((documentId, rank) => ({ documentId, title: titles[rank]! }));
    return [{ variant, id, text, expected, found }];
  });
}
