import type { Evidence } from './evidence.ts';
import { MATCH } from './match.ts';
import type { Place } from './select.ts';

/**
 * Figures of a question and the places of its answer, from which the confidence is computed: the maximum of each feature
 * over the units of the best place, and figures of the whole question. Absent ones are 0.
 */
export type Assessment = Readonly<Record<string, number>>;

/** Assesses how well the best place and the passages together cover a question. */
export function assess({ question, passages }: Evidence, places: readonly Place[]): Assessment {
  const { words, kind } = question;
  const [best] = places;
  if (best === undefined || words.length === 0) return {};
  const anywhere = words.map((_, index) =>
    Math.max(
      ...passages.map(({ titles, units }) =>
        units.reduce((held, { credits }) => Math.max(held, credits[index]!), titles[index]!),
      ),
    ),
  );
  const here = words.map((_, index) =>
    best.candidates.reduce(
      (held, { evidence }) => Math.max(held, evidence.credits[index]!),
      best.passage.titles[index]!,
    ),
  );
  const isAbsent = (index: number): boolean => anywhere[index]! < MATCH;
  const shareOf = (credits: readonly number[]): number =>
    credits.filter((credit) => credit >= MATCH).length / words.length;
  const figures: Record<string, number> = {};
  for (const { evidence } of best.candidates)
    for (const [name, value] of Object.entries(evidence.features))
      figures[name] = Math.max(figures[name] ?? Number.NEGATIVE_INFINITY, value);
  // Scores of some rerankers are negative.
  const [first = 0, second = 0] = passages
    .map(({ passage }) => Math.max(0, passage.score))
    .sort((left, right) => right - left);
  const count = (isCounted: (index: number) => boolean): number =>
    words.filter((_, index) => isCounted(index)).length;
  return {
    ...figures,
    absentNames: Math.min(
      3,
      count((index) => isAbsent(index) && words[index]!.isName),
    ),
    absentNumbers: Math.min(
      2,
      count((index) => isAbsent(index) && /^\d/u.test(words[index]!.term ?? '')),
    ),
    found: shareOf(anywhere),
    here: shareOf(here),
    lastHere: here.at(-1)!,
    unitScore: Math.max(...best.candidates.map((candidate) => candidate.score)),
    total: places.reduce((sum, { chance }) => sum + chance, 0),
    scoreGap: second === 0 ? 1 : 1 - second / first,
    typed: ['number', 'duration', 'frequency', 'time', 'person'].includes(kind) ? 1 : 0,
    yesno: kind === 'yesno' ? 1 : 0,
    manner: kind === 'manner' ? 1 : 0,
  };
}

/** A logistic model: the probability, 0 to 1, for the values of features by name. */
export function probability(model: Readonly<Record<string, number>>, features: Assessment): number {
  const sum = Object.entries(model).reduce(
    (total, [name, weight]) => total + weight * (name === 'bias' ? 1 : (features[name] ?? 0)),
    0,
  );
  return 1 / (1 + Math.exp(-sum));
}
