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

/** A latency under load, with the mark of the latencies that it was simulated from. */
const simulated = (figure: Figure, { basis }: Figure): string => shown({ ...figure, basis }, formatDuration);

const COLUMNS: readonly Column<Choice>[] = [
  ['kind', ({ kind }) => kind],
  [
    'meets targets',
    ({ misses }) => (misses.length === 0 ? 'yes' : `no: ${misses.map(({ target }) => target).join(', ')}`),
  ],
  ['$ a month', ({ figures }) => figures.usdPerMonth.value!.toFixed(2)],
  [
    'warm-up',
    ({ warmUp, provisioned }) => (warmUp === 'provisioned' ? `${provisioned} provisioned` : warmUp),
  ],
  ['$ idle', ({ figures }) => figures.idleUsdPerMonth.value!.toFixed(2)],
  ['p50', ({ figures }) => simulated(figures.p50Ms, figures.coldMs)],
  ['p95', ({ figures }) => simulated(figures.p95Ms, figures.coldMs)],
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
    `${rows.toLocaleString('en-US')} ${rows === 1 ? 'chunk' : 'chunks'} of ${dimensions} dimensions; load: ${plan.text}; targets: ${targetsText(targets)}`,
    '',
    ...(first === undefined ? ['There are no measurements of such a collection.'] : firstText(first)),
    ...(closeCall === undefined
      ? []
      : [`A close call: ${closeCall.because}. To settle it: ${closeCall.command}`]),
    '',
    tableOf(advice.choices, COLUMNS),
    'p50 and p95 are simulated under the load, cold starts included; costs are list prices (srag cost --backends). ~ modelled from other sizes, ? extrapolated beyond them, * stated by AWS or assumed.',
    '',
    ...others.map(({ kind, reason }) => `${kind}: ${reason}`),
    '',
    error.predictions === 0
      ? 'The error of the model is unknown: no kind was measured on five sizes.'
      : `Error of the model on measured collections that it was not fitted to (median of ${error.predictions} predictions): latency ${percent(error.latency)}, memory ${percent(error.memory)}, build ${percent(error.build)}.${first?.figures.coldMs.basis === 'extrapolated' ? ' This collection is beyond the measured sizes, where errors are larger.' : ''}`,
    ...notes,
  ].join('\n');
}

function firstText(first: Choice): readonly string[] {
  const isFull = first.misses.some(({ target }) => target === 'throttling') && first.kind !== 's3-vectors';
  return [
    style.bold(
      first.misses.length === 0
        ? `Use ${settingsText(first)}`
        : `No kind meets every target. The closest is ${settingsText(first)}`,
    ),
    first.misses.length === 0 ? first.reason : `What it misses: ${first.reason}`,
    ...(isFull ? ["The account's limit of concurrent environments is reached: ask AWS to raise it."] : []),
    ...first.limits.map((limit) => `Limit: ${limit}.`),
  ];
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
  `${kind}: ${memoryMb} MB of memory, concurrency of at least ${Math.ceil(concurrency)}, ${
    warmUp === 'provisioned' ? `provisioned concurrency of ${provisioned}` : WARM_UP[warmUp]
  }`;
