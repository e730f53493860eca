import type { Advice, AdviceRequest, Choice, Figure } from '../measure/index.ts';
import { type Column, formatBytes, formatDuration, tableOf } from './output.ts';
import { style } from './terminal.ts';

const shown = ({ value, basis }: Figure, write: (value: number) => string): string =>
  value === undefined ? 'unknown' : `${write(value)}${MARKS[basis]}`;

/** Marks of figures that were not measured. */
const MARKS: Readonly<Record<Figure['basis'], string>> = {
  measured: '',
  modelled: ' ~',
  extrapolated: ' ?',
  published: ' *',
  simulated: '',
  priced: '',
};

const COLUMNS: readonly Column<Choice>[] = [
  ['kind', ({ kind }) => kind],
  [
    'meets targets',
    ({ misses }) => (misses.length === 0 ? 'yes' : `no: ${misses.map(({ target }) => target).join(', ')}`),
  ],
  ['$ a month', ({ figures }) => figures.usdPerMonth.value!.toFixed(2)],
  ['$ idle', ({ figures }) => figures.idleUsdPerMonth.value!.toFixed(2)],
  ['p50', ({ figures }) => shown(figures.p50Ms, formatDuration)],
  ['p95', ({ figures }) => shown(figures.p95Ms, formatDuration)],
  ['cold', ({ figures }) => shown(figures.coldMs, formatDuration)],
  ['recall', ({ figures }) => shown(figures.recall, (value) => value.toFixed(3))],
  ['memory', ({ figures }) => shown(figures.memoryBytes, formatBytes)],
  ['build', ({ figures }) => shown(figures.buildSeconds, (value) => formatDuration(value * 1_000))],
];

/** Advice as text: the first choice with its settings, the table, and why each alternative lost. */
export function adviceText({ rows, dimensions, plan, targets }: AdviceRequest, advice: Advice): string {
  const [first, ...others] = advice.choices;
  const { error, closeCall, notes } = advice;
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  return [
    `${rows.toLocaleString('en-US')} chunks of ${dimensions} dimensions; load: ${plan.text}; targets: ${targetsText(targets)}`,
    '',
    first === undefined ? 'There are no measurements of such a collection.' : style.bold(settingsText(first)),
    ...(first === undefined ? [] : [first.reason]),
    ...(first !== undefined && first.misses.length > 0
      ? ['No kind meets every target; this one comes closest.']
      : []),
    ...(closeCall === undefined
      ? []
      : [`A close call: ${closeCall.because}. To settle it: ${closeCall.command}`]),
    '',
    tableOf(advice.choices, COLUMNS),
    'p50 and p95 are simulated under the load, cold starts included; costs are list prices (srag cost --backends). ~ modelled from other sizes, ? extrapolated beyond them, * stated by AWS.',
    '',
    ...others.map(({ kind, reason }) => `${kind}: ${reason}`),
    '',
    error.predictions === 0
      ? 'The error of the model is unknown: no kind was measured on five sizes.'
      : `Error of the model on collections that it was not fitted to (median of ${error.predictions} predictions): latency ${percent(error.latency)}, memory ${percent(error.memory)}, cost ${percent(error.cost)}, recall ${error.recall.toFixed(3)}.`,
    ...notes,
  ].join('\n');
}

function targetsText({ p95Ms, recall, usdPerMonth, freshnessSeconds }: AdviceRequest['targets']): string {
  const texts = [
    p95Ms === undefined ? undefined : `p95 ${p95Ms} ms`,
    recall === undefined ? undefined : `recall ${recall}`,
    usdPerMonth === undefined ? undefined : `$${usdPerMonth} a month`,
    freshnessSeconds === undefined ? undefined : `built within ${freshnessSeconds} s`,
  ].filter((text) => text !== undefined);
  return texts.length === 0 ? 'none' : texts.join(', ');
}

const WARM_UP = {
  none: 'no warm-up',
  schedule: 'a warm-up every 5 minutes',
} as const;

const settingsText = ({ kind, memoryMb, concurrency, warmUp, provisioned }: Choice): string =>
  `Use ${kind}: ${memoryMb} MB of memory, concurrency of at least ${Math.ceil(concurrency)}, ${
    warmUp === 'provisioned' ? `provisioned concurrency of ${provisioned}` : WARM_UP[warmUp]
  }`;
