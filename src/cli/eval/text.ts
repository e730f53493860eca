import { type Comparison, type EvaluationSummary, METRICS } from '../../measure/index.ts';
import { embedderLabel } from '../../models/embedders/index.ts';
import { formatDuration, table } from '../output.ts';
import { answersText } from './answers-text.ts';

/** An evaluation as text. */
export function summaryText(
  run: { dataset: string; index: string; mode: string; embedder: string },
  summary: EvaluationSummary,
): string {
  const { metrics, intervals } = summary;
  const rows =
    metrics === undefined || intervals === undefined
      ? []
      : METRICS.map(({ name }) => {
          const [low, high] = intervals[name];
          return [name, metrics[name].toFixed(4), `${low.toFixed(4)} - ${high.toFixed(4)}`];
        });
  const { p50, p95, p99 } = summary.latencyMs;
  const judged = summary.judged === summary.queries ? '' : `, ${summary.judged} with judgements`;
  const lines = [
    `${run.dataset}, ${run.index}, mode ${run.mode}, embedder ${embedderLabel(run.embedder)}, ${summary.queries} queries${judged}`,
    ...(rows.length === 0 ? [] : [table(['metric', 'mean', '95 % interval'], rows)]),
    `latency p50 ${formatDuration(p50)}, p95 ${formatDuration(p95)}, p99 ${formatDuration(p99)}`,
  ];
  if (summary.indexRecall !== undefined)
    lines.push(`recall@10 against exact search ${summary.indexRecall.toFixed(4)}`);
  if (summary.answers !== undefined) lines.push(answersText(summary.answers));
  return lines.join('\n');
}

/** A comparison as text: B against A. */
export function comparisonText(names: readonly string[], comparison: Comparison): string {
  const rows = comparison.metrics.map(({ name, meanA, meanB, difference, interval, wins, ties, losses }) => [
    name,
    meanA.toFixed(4),
    meanB.toFixed(4),
    `${difference >= 0 ? '+' : ''}${difference.toFixed(4)}`,
    `${interval[0].toFixed(4)} - ${interval[1].toFixed(4)}`,
    `${wins} / ${ties} / ${losses}`,
  ]);
  return [
    `A = ${names[0]}`,
    `B = ${names[1]}`,
    `${comparison.queries} queries`,
    table(['metric', 'A', 'B', 'B - A', '95 % interval', 'B wins / ties / losses'], rows),
  ].join('\n');
}
