import type { PriceTable } from '../api/cost/index.ts';
import { FIGURE_UNITS, type FigureName } from '../measure/index.ts';
import { table } from './output.ts';
import type { SimulationReport } from './simulation-report.ts';
import { style } from './terminal.ts';

/** Rows of the table, in order. */
const ROWS: readonly (readonly [FigureName, string])[] = [
  ['okShare', 'answered'],
  ['throttledShare', 'throttled (429)'],
  ['timeoutShare', 'timed out'],
  ['errorShare', 'failed'],
  ['coldShare', 'cold, of answered'],
  ['answeredPerSecond', 'answered a second'],
  ['meanMs', 'latency mean'],
  ['p50Ms', 'latency p50'],
  ['p95Ms', 'latency p95'],
  ['p99Ms', 'latency p99'],
  ['warmP50Ms', 'warm p50'],
  ['warmP95Ms', 'warm p95'],
  ['coldP50Ms', 'cold p50'],
  ['coldP95Ms', 'cold p95'],
  ['environmentsPeak', 'environments, most'],
  ['environmentsMean', 'environments, mean'],
  ['costUsdPerMillion', 'USD per million answered'],
];

/** The result of a simulation as text. */
export function simulationText(report: SimulationReport, prices: PriceTable): string {
  const { source, counts, figures, functions, costLines, assumptions } = report;
  const rows = ROWS.map(([name, label]) => {
    const { value, interval } = figures[name];
    const low = interval === undefined ? '' : shown(name, interval[0]);
    return [label, shown(name, value), interval === undefined ? '' : `${low} to ${shown(name, interval[1])}`];
  });
  const sampled =
    report.requests === 'all'
      ? `${whole(counts.simulated)} requests, each simulated`
      : `${whole(counts.arrivals)} requests, of which ${whole(counts.simulated)} were simulated: while the load is steady, a short slice of time represents the rest`;
  const { limits } = assumptions;
  return [
    `Simulated: ${style.bold(source.variant.name)}, ${source.route}, "${report.plan}", ${sampled}`,
    '',
    table(['', 'predicted', '95 % interval'], rows),
    ...throttledLines(counts),
    '',
    table(
      ['function', 'invocations', 'cold starts', 'most environments', 'mean', 'busy', 'billed s'],
      functions.map((of) => [
        of.name,
        whole(of.invocations),
        whole(of.coldStarts),
        whole(of.environmentsPeak),
        of.environmentsMean.toFixed(1),
        of.busyMean.toFixed(1),
        whole(of.billedSeconds),
      ]),
    ),
    '',
    table(
      ['cost', 'USD', 'per million answered'],
      costLines.map(({ name, usd }) => [
        name,
        usd.toPrecision(3),
        counts.ok === 0 ? '' : ((usd / counts.ok) * 1e6).toPrecision(3),
      ]),
    ),
    '',
    `Service times: ${source.samples.warm} warm samples of step ${source.step} (${source.ratePerSecond}/s), ${source.samples.cold} cold ones, from ${source.path}.`,
    `Limits '${limits.preset}': gateway ${limits.gatewayPerSecond}/s, burst ${limits.gatewayBurst}; concurrency ${assumptions.functions[0]?.reservedConcurrency ?? limits.accountConcurrency}. Creating an environment takes ${assumptions.creationMs} ms on top of the measured start.`,
    `Intervals cover noise of the arrivals and the samples, not errors of the model. Prices: ${prices.id}.`,
    ...source.notes.map((note) => style.yellow(note)),
  ].join('\n');
}

/** Descriptions of the limits that throttle. */
const LIMITS = {
  gateway: "the gateway's rate and burst",
  concurrency: 'concurrency',
  scaling: 'the scaling rate',
  requestRate: 'the request rate that the concurrency allows',
} as const;

function throttledLines({ throttled, arrivals }: SimulationReport['counts']): string[] {
  const parts = Object.entries(LIMITS).flatMap(([name, label]) => {
    const count = throttled[name as keyof typeof LIMITS];
    return count === 0 ? [] : [`${label} ${((100 * count) / arrivals).toPrecision(3)} %`];
  });
  return parts.length === 0 ? [] : ['', `Throttled by: ${parts.join(', ')}.`];
}

function shown(name: FigureName, value: number | undefined): string {
  if (value === undefined) return '-';
  const unit = FIGURE_UNITS[name];
  if (unit.startsWith('share')) return `${(value * 100).toFixed(value > 0 && value < 0.001 ? 4 : 2)} %`;
  if (unit === 'ms') return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
  return Number.isInteger(value) ? whole(value) : value.toFixed(value < 100 ? 2 : 0);
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
