import { SragError, throwIfAborted } from '../../core/index.ts';
import {
  type AnswerResult,
  type AnswerSummary,
  type GivenAnswer,
  judgeAnswer,
  summariseAnswers,
} from './answers.ts';
import type { EvaluationQuery } from './dataset.ts';
import { matchJudgements } from './match-judgements.ts';
import {
  computeMetrics,
  foldToDocuments,
  hasRelevant,
  METRIC_DEPTH,
  METRICS,
  type MetricName,
} from './metrics.ts';
import {
  type BootstrapOptions,
  bootstrapInterval,
  type Interval,
  latencyQuantiles,
  mean,
} from './statistics.ts';

/** A chunk or document of a result. */
export interface FoundHit {
  readonly documentId: string;
  readonly score?: number;
}

/** The result for one question. */
export interface AskOutcome {
  /** Best first. */
  readonly hits: readonly FoundHit[];
  /** Latency, measured by the caller. */
  readonly latencyMs: number;
  readonly answer?: GivenAnswer;
  /** Share of the exact nearest neighbours that the index found for this question, 0 to 1. */
  readonly indexRecall?: number;
}

/** Raw result of one query, as `--output` writes it. */
export interface QueryResult {
  readonly id: string;
  /** Ranked documents, best first, at most 100. */
  readonly hits: readonly FoundHit[];
  /** Absent if the query is not judged. */
  readonly metrics?: Readonly<Record<MetricName, number>>;
  readonly latencyMs: number;
  readonly indexRecall?: number;
  readonly answer?: AnswerResult;
}

/** Means of a run, as `srag eval --json` prints them. */
export interface EvaluationSummary {
  readonly queries: number;
  /** Number of queries with a relevant document, over which `metrics` are means. */
  readonly judged: number;
  /** Absent if no query is judged. */
  readonly metrics?: Readonly<Record<MetricName, number>>;
  /** 95 % bootstrap intervals of the means. */
  readonly intervals?: Readonly<Record<MetricName, Interval>>;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly indexRecall?: number;
  readonly answers?: AnswerSummary;
}

/** Settings of {@link evaluateQueries}. */
export interface EvaluationOptions {
  readonly queries: readonly EvaluationQuery[];
  /** Asks and times one question; called sequentially, so that requests do not distort each other's latency. */
  readonly ask: (query: EvaluationQuery, signal?: AbortSignal) => Promise<AskOutcome>;
  /**
   * Whether a name in a judgement is a document id. If set, other names match documents whose path ends with them.
   */
  readonly isDocument?: (name: string) => boolean;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  readonly bootstrap?: BootstrapOptions;
}

/**
 * Asks every query and scores the results. An error of `ask` ends the run: a missing result must not count as a bad
 * one.
 * @throws INVALID_ARGUMENT without queries, CANCELLED, and the errors of `ask`
 */
export async function evaluateQueries(
  options: EvaluationOptions,
): Promise<{ results: readonly QueryResult[]; summary: EvaluationSummary }> {
  const { queries, ask, signal } = options;
  if (queries.length === 0) throw new SragError('INVALID_ARGUMENT', 'There are no queries to evaluate.');
  const results: QueryResult[] = [];
  for (const query of queries) {
    throwIfAborted(signal);
    results.push(judge(query, await ask(query, signal), options.isDocument));
    options.onProgress?.(results.length, queries.length);
  }
  return { results, summary: summarise(results, options.bootstrap) };
}

/** Scores one outcome by the query's judgements and gold answers. */
function judge(
  query: EvaluationQuery,
  outcome: AskOutcome,
  isDocument: EvaluationOptions['isDocument'],
): QueryResult {
  const documents = foldToDocuments(outcome.hits).slice(0, METRIC_DEPTH);
  return {
    id: query.id,
    hits: documents.map(({ documentId, score }) => ({
      documentId,
      score,
    })),
    metrics: metricsOf(
      documents.map(({ documentId }) => documentId),
      query.judgements,
      isDocument,
    ),
    latencyMs: outcome.latencyMs,
    indexRecall: outcome.indexRecall,
    answer: outcome.answer === undefined ? undefined : judgeAnswer(outcome.answer, query),
  };
}

/** Undefined without a relevant document: every ranking would score 0. */
function metricsOf(
  documentIds: readonly string[],
  judgements: EvaluationQuery['judgements'],
  isDocument: EvaluationOptions['isDocument'],
): QueryResult['metrics'] {
  if (judgements === undefined || !hasRelevant(judgements)) return undefined;
  const ranking =
    isDocument === undefined
      ? documentIds
      : matchJudgements(documentIds, Object.fromEntries(judgements), isDocument);
  return computeMetrics(ranking, judgements);
}

/** Summarises the raw results of a run. @throws INVALID_ARGUMENT without results */
function summarise(results: readonly QueryResult[], bootstrap: BootstrapOptions = {}): EvaluationSummary {
  const judged = results.flatMap(({ metrics }) => metrics ?? []);
  const byMetric = <T>(compute: (values: number[]) => T): Record<MetricName, T> =>
    Object.fromEntries(
      METRICS.map(({ name }) => [name, compute(judged.map((metrics) => metrics[name]))]),
    ) as Record<MetricName, T>;
  const recalls = results.flatMap(({ indexRecall }) => indexRecall ?? []);
  const answers = summariseAnswers(results.flatMap(({ answer }) => answer ?? []));
  return {
    queries: results.length,
    judged: judged.length,
    metrics: judged.length === 0 ? undefined : byMetric(mean),
    intervals: judged.length === 0 ? undefined : byMetric((values) => bootstrapInterval(values, bootstrap)),
    latencyMs: latencyQuantiles(results.map(({ latencyMs }) => latencyMs)),
    indexRecall: recalls.length === 0 ? undefined : mean(recalls),
    answers,
  };
}
