import { shortNames } from '../format.ts';
import type { ExperimentReport, VariantReport } from '../model.ts';
import { barChart, LABEL_COLUMNS } from './bars.ts';
import { type Chart, LEVEL, qualityChart, rateOf, sharedStep } from './chart.ts';

export const stages = (report: ExperimentReport): Chart | undefined =>
  stacked(report, {
    id: 'stages',
    title: 'Where the time goes',
    unit: 'ms of an answered request',
    partsOf: (variant) =>
      Object.fromEntries(
        Object.entries(variant.stages).map(([name, { estimate }]) => [name.replace(/Ms$/, ''), estimate]),
      ),
    caption: `Mean of each stage of the trace over all answered requests, including cold ones; ${answeredCounts(report)}. The table of parts has the intervals.`,
  });

export const cost = (report: ExperimentReport): Chart | undefined =>
  stacked(report, {
    id: 'cost',
    title: 'Cost of a million requests',
    unit: 'US dollars',
    partsOf: (variant) => byService(variant.usdPerMillion),
    caption: `Costs follow the price table that the replies name, over all answered requests, including cold ones; ${answeredCounts(report)}. The table of parts has the intervals.`,
  });

export const memory = (report: ExperimentReport): Chart | undefined =>
  stacked(report, {
    id: 'memory',
    title: 'Memory of a function',
    unit: 'MB of resident memory',
    partsOf: (variant): Record<string, number> => {
      if (variant.memory === undefined) return {};
      const { mean, max } = variant.memory;
      return { mean: mean.estimate / 1e6, 'from mean to maximum': (max - mean.estimate) / 1e6 };
    },
    caption: `Resident memory of the function when it replied, over all answered requests; ${answeredCounts(report)}. The table of variants has the intervals and the configured memory.`,
  });

/** Number of requests behind the means of each variant. */
const answeredCounts = ({ variants }: ExperimentReport): string =>
  variants
    .map(({ variant, stages: of, totalUsdPerMillion }) => {
      const n = Math.max(totalUsdPerMillion?.n ?? 0, ...Object.values(of).map((mean) => mean.n));
      return `${variant.name} n = ${n.toLocaleString('en-US')}`;
    })
    .join(', ');

/** Sums cost lines by service, the part before their first dot. */
function byService(lines: VariantReport['usdPerMillion']): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, { estimate: usd }] of Object.entries(lines)) {
    const service = name.split('.', 1)[0]!;
    sums[service] = (sums[service] ?? 0) + usd;
  }
  return sums;
}

interface StackedBars extends Pick<Chart, 'id' | 'title' | 'caption'> {
  readonly unit: string;
  readonly partsOf: (variant: VariantReport) => Readonly<Record<string, number>>;
}

/** Draws a bar for each variant, divided into its parts. */
function stacked({ variants }: ExperimentReport, { partsOf, ...texts }: StackedBars): Chart | undefined {
  const parts = variants.map(partsOf);
  const names = [...new Set(parts.flatMap((part) => Object.keys(part)))].filter((name) =>
    parts.some((part) => (part[name] ?? 0) > 0),
  );
  if (names.length === 0) return undefined;
  return barChart({
    ...texts,
    labels: shortNames(
      variants.map(({ variant }) => variant.name),
      LABEL_COLUMNS,
    ),
    series: names.map((name, colour) => ({ name, colour, data: parts.map((part) => part[name] ?? 0) })),
  });
}

export function qualityAgainstLatency(report: ExperimentReport): Chart | undefined {
  const step = sharedStep(report);
  const points = report.variants.flatMap(({ variant, quality, steps }, index) => {
    const ndcg = quality.find(({ name }) => name === 'ndcg@10');
    const p95 = steps.find((one) => one.step === step)?.latency.p95;
    return ndcg === undefined || p95 === undefined
      ? []
      : [
          {
            name: variant.name,
            index,
            x: p95.estimate,
            y: ndcg.estimate,
            yInterval: ndcg.interval,
            n: ndcg.n,
          },
        ];
  });
  const [first] = points;
  if (first === undefined) return undefined;
  return qualityChart(
    {
      caption: `nDCG@10 with ${LEVEL} over ${first.n} judged questions, against the 95th percentile at ${rateOf(report, step)} requests/s.`,
      latency: 'p95 latency in ms',
      quality: 'nDCG@10',
    },
    points,
  );
}
