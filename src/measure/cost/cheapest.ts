import {
  atRate,
  atRows,
  breakEven,
  type CostScene,
  type Crossing,
  logSteps,
  monthlyUsd,
  RATE_RANGE,
  ROWS_RANGE,
} from './break-even.ts';
import type { BackendName } from './names.ts';
import type { Workload } from './workload.ts';

/** Up to this many backends, every pair is compared. */
const FEW = 3;
const STEPS = 140;

/**
 * Sentences about the request rates and corpus sizes at which the order of costs changes: of every pair of up
 * to three backends, otherwise of the cheapest backend.
 */
export function breakEvenSentences(names: readonly BackendName[], scene: CostScene): readonly string[] {
  if (names.length < 2) return [];
  if (names.length > FEW)
    return [
      cheapestSentence('requests/s', names, (rate) => at(scene, atRate(scene.workload, rate)), RATE_RANGE),
      cheapestSentence('rows', names, (rows) => at(scene, atRows(scene.workload, rows)), ROWS_RANGE),
    ];
  return names.flatMap((a, index) => names.slice(index + 1).map((b) => pairSentence(a, b, scene)));
}

const at = (scene: CostScene, workload: Workload): CostScene => ({ ...scene, workload });

function pairSentence(a: BackendName, b: BackendName, scene: CostScene): string {
  const { requestsPerSecond, rows } = breakEven(a, b, scene);
  const parts = [
    ...requestsPerSecond.map((crossing) => crossingText('requests/s', crossing)),
    ...rows.map((crossing) => crossingText('rows', crossing)),
  ];
  if (parts.length > 0) return `Above ${parts.join('; above ')}.`;
  const [cheaper, other] = monthlyUsd(a, scene) <= monthlyUsd(b, scene) ? [a, b] : [b, a];
  return `At every rate and corpus size compared, ${cheaper} costs less than ${other}.`;
}

const crossingText = (unit: string, { at: value, cheaperAbove, cheaperBelow }: Crossing): string =>
  `${figure(value)} ${unit} ${cheaperAbove} costs less than ${cheaperBelow}`;

/** Names the cheapest backend over a range, from its low end. */
function cheapestSentence(
  unit: string,
  names: readonly BackendName[],
  sceneAt: (value: number) => CostScene,
  range: readonly [number, number],
): string {
  const changes: { readonly from: number; readonly name: BackendName }[] = [];
  for (const value of logSteps(range, STEPS)) {
    const scene = sceneAt(value);
    const costs = names.map((name) => ({ name, usd: monthlyUsd(name, scene) }));
    const { name } = costs.reduce((least, one) => (one.usd < least.usd ? one : least));
    if (changes.at(-1)?.name !== name) changes.push({ from: value, name });
  }
  const [first, ...rest] = changes;
  if (rest.length === 0)
    return `From ${figure(range[0])} to ${figure(range[1])} ${unit}, ${first!.name} costs least.`;
  // Each backend costs least up to the value from which the next one does.
  const parts = rest.map(({ from }, index) => {
    const { name } = changes[index]!;
    return `${index === 0 ? 'Up' : 'then up'} to about ${figure(from)} ${unit} ${name}${index === 0 ? ' costs least' : ''}`;
  });
  const above = `above that ${rest.at(-1)!.name}`;
  return `${[...parts, above].join(', ')} (compared: ${figure(range[0])} to ${figure(range[1])} ${unit}).`;
}

/** Two significant digits. */
const figure = (value: number): string =>
  Number(value.toPrecision(2)).toLocaleString('en-US', { maximumSignificantDigits: 2 });
