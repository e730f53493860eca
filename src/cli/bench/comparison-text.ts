import type { ComparedFigure, ResultComparison } from '../../measure/index.ts';
import { tableOf } from '../output.ts';

/** The output of `srag bench compare`. */
export function comparisonText(
  { figures, level, levelOfEach }: ResultComparison,
  tolerance: number,
  notes: readonly string[],
): string {
  const worse = figures.filter(({ isWorsening }) => isWorsening);
  const unreliable = figures.filter(({ reliable }) => !reliable);
  return [
    tableOf(figures, [
      ['variant', ({ variant }) => variant],
      ['rate/s', ({ ratePerSecond }) => String(ratePerSecond ?? 'all')],
      ['figure', ({ figure }) => figure],
      ['before', (of) => inUnit(of, of.a)],
      ['after', (of) => inUnit(of, of.b)],
      ['change', (of) => changeOf(of, of.estimate)],
      [`${percent(level)} interval`, (of) => `${changeOf(of, of.low)} to ${changeOf(of, of.high)}`],
      ['n', ({ n }) => n.join(', ')],
      ['verdict', (of) => (of.isWorsening ? `worse by more than ${percent(tolerance)}` : verdictOf(of))],
    ]),
    '',
    `Ratios are after / before. Differences count as significant at ${percent(level)} for all ${figures.length} figures together (${(100 * levelOfEach).toFixed(2)} % each).`,
    ...(unreliable.length === 0
      ? []
      : [`${unreliable.length} figures have too few samples to be judged; --json lists the reasons.`]),
    ...notes.map((note) => `Note: ${note}`),
    worse.length === 0
      ? `No figure is significantly worse by more than ${percent(tolerance)}.`
      : `Significantly worse by more than ${percent(tolerance)}: ${worse.map(nameOf).join('; ')}.`,
  ].join('\n');
}

const nameOf = ({ variant, figure, ratePerSecond }: ComparedFigure): string =>
  `${figure} of ${variant}${ratePerSecond === undefined ? '' : ` at ${ratePerSecond}/s`}`;

const verdictOf = ({ verdict, reliable }: ComparedFigure): string =>
  !reliable ? 'too few samples' : verdict === 'same' ? 'not significant' : verdict;

const inUnit = ({ unit }: ComparedFigure, value: number): string =>
  unit === 'share' ? percent(value) : `${Number(value.toPrecision(4))} ${unit}`;

const changeOf = ({ by }: ComparedFigure, value: number): string =>
  by === 'ratio' ? `x${value.toFixed(3)}` : `${(100 * value).toFixed(1)} points`;

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
