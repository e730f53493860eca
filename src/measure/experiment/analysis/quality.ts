import { matchJudgements } from '../../evaluation/match-judgements.ts';
import { computeMetrics, type MetricName } from '../../evaluation/metrics.ts';
import { bootstrapInterval, type Interval, mean } from '../../evaluation/statistics.ts';
import type { ResultHeader, ResultQuestion } from '../results/header.ts';
import type { Sample } from '../results/sample.ts';

/** Number of hits per sample. */
const DEPTH = 10;

/** A mean over questions with its 95 % interval. */
export interface QualityFigure {
  readonly name: 'ndcg@10' | 'recall@10';
  readonly estimate: number;
  readonly interval: Interval;
  /** Number of questions. */
  readonly n: number;
}

/** Collects the hits of each variant and question from the first answer, since later ones are the same. */
export class QualityCollector {
  readonly #questions: readonly ResultQuestion[];
  readonly #found = new Map<string, Map<number, readonly string[]>>();

  constructor(header: ResultHeader) {
    this.#questions = header.questions.list;
  }

  add({ variant, question, hits }: Sample): void {
    if (hits === undefined) return;
    const found = this.#found.get(variant) ?? new Map<number, readonly string[]>();
    this.#found.set(variant, found);
    if (!found.has(question)) found.set(question, hits.slice(0, DEPTH));
  }

  /** Metrics against the judgements; empty if none of the questions asked has judgements. */
  judged(variant: string): readonly QualityFigure[] {
    const metrics = [...(this.#found.get(variant) ?? [])].flatMap(([question, hits]) => {
      const relevant = this.#questions[question]?.relevant;
      return relevant === undefined
        ? []
        : [computeMetrics(matchJudgements(hits, relevant), new Map(Object.entries(relevant)))];
    });
    if (metrics.length === 0) return [];
    return (['ndcg@10', 'recall@10'] as const).map((name: MetricName & QualityFigure['name']) =>
      figureOf(
        name,
        metrics.map((of) => of[name]),
      ),
    );
  }
}

const figureOf = (name: QualityFigure['name'], values: readonly number[]): QualityFigure => ({
  name,
  estimate: mean(values),
  interval: bootstrapInterval(values),
  n: values.length,
});
