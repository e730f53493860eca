import type { AccuracyRow, SelftestReport } from '../measure/index.ts';
import { formatDuration, table } from './output.ts';

/** The report of `srag bench selftest` as text. */
export function selftestText({ accuracy, cases, coverage, seconds, passed }: SelftestReport): string {
  const figures = accuracy.map((row, index) => [
    row.case === accuracy[index - 1]?.case ? '' : row.case,
    row.figure,
    valueText(row, row.truth),
    valueText(row, row.measured),
    `${(100 * row.deviation).toFixed(2)} %`,
    verdict(row.passed),
  ]);
  const covered = coverage.map((row, index) => [
    row.process === coverage[index - 1]?.process ? '' : row.process,
    row.statistic,
    percent(row.coverage),
    row.allowed.map(percent).join(' to '),
    String(row.runs),
    String(Math.round(row.meanSamples)),
    percent(row.converged),
    verdict(row.passed),
  ]);
  const failed = [...accuracy, ...coverage].filter((row) => !row.passed).length;
  return [
    'Load on a server of known behaviour',
    table(['case', 'figure', 'truth', 'measured', 'deviation', ''], figures),
    '',
    'True latencies are those measured by the server; true queue times follow from its arrivals. Load generator:',
    ...cases.map(
      ({ case: name, overheadMs, lateness, attempts, disturbance }) =>
        `  ${name}: ${overheadMs.toFixed(2)} ms of overhead, sent late by ${lateness.p50.toFixed(2)} ms at p50 and ` +
        `${lateness.p99.toFixed(2)} ms at p99${attempts > 1 ? `, attempt ${attempts}` : ''}` +
        `${disturbance === undefined ? '' : `; the machine is busy: ${disturbance}`}`,
    ),
    '',
    'How often 95 % intervals contain the true value, in simulated runs that end by the stop rule',
    table(['process', 'statistic', 'covered', 'allowed', 'runs', 'mean samples', 'converged', ''], covered),
    '',
    passed
      ? `Passed in ${formatDuration(seconds * 1_000)}.`
      : `${failed} of ${accuracy.length + coverage.length} rows failed in ${formatDuration(seconds * 1_000)}.`,
  ].join('\n');
}

const verdict = (passed: boolean): string => (passed ? 'pass' : 'FAIL');
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function valueText({ unit }: AccuracyRow, value: number): string {
  if (unit === 'ms') return `${value.toFixed(2)} ms`;
  if (unit === 'share') return percent(value);
  return unit === 'yes or no' ? (value === 1 ? 'yes' : 'no') : String(value);
}
