import { describe, expect, it } from 'vitest';
import { type Choice, type Example, fitChoices, fitProbability } from '../../../benchmarks/answers/learn.ts';
import { seeded } from '../../support/seeded.ts';

const names = ['overlap', 'length', 'heading', 'noise'] as const;
type Named = Record<(typeof names)[number], number>;

/** Standard deviations of the features, which the fit scales. */
const SPREAD: Named = { overlap: 1, length: 20, heading: 0.1, noise: 1 };
const TRUE: Named = { overlap: 2, length: -0.05, heading: 5, noise: 0 };

function featuresFrom(random: () => number): Named {
  const value = (name: keyof Named) => 2 * SPREAD[name] * (random() + random() + random() - 1.5);
  return {
    overlap: value('overlap'),
    length: value('length'),
    heading: value('heading'),
    noise: value('noise'),
  };
}

const scoreOf = (features: Named): number =>
  names.reduce((sum, name) => sum + TRUE[name] * features[name], 0);

/** Choices whose right alternative is drawn with the softmax of the true scores. */
function choicesFrom(random: () => number, count: number): Choice[] {
  return Array.from({ length: count }, () => {
    const alternatives = Array.from({ length: 5 }, () => featuresFrom(random));
    const values = alternatives.map((features) => Math.exp(scoreOf(features)));
    let left = random() * values.reduce((sum, value) => sum + value, 0);
    const drawn = values.findIndex((value) => {
      left -= value;
      return left < 0;
    });
    return {
      alternatives: alternatives.map((features, index) => ({ features, isRight: index === drawn })),
      weight: 1,
    };
  });
}

function expectTrueWeights(weights: Readonly<Record<string, number>>): void {
  for (const name of names) expect(Math.abs(weights[name]! - TRUE[name]) * SPREAD[name]).toBeLessThan(0.15);
}

describe('fitChoices', () => {
  it('recovers the weights by which alternatives were chosen, whatever the scale of the features', () => {
    const weights = fitChoices(choicesFrom(seeded(1), 4_000), 0.1);
    expect(Object.keys(weights).sort()).toEqual([...names].sort());
    expectTrueWeights(weights);
  });

  it('gives choices their weight', () => {
    const choice = (right: string, weight: number): Choice => ({
      alternatives: ['left', 'right'].map((name) => ({ features: { [name]: 1 }, isRight: name === right })),
      weight,
    });
    const { left, right } = fitChoices([choice('left', 3), choice('right', 1)], 1e-6);
    expect(left! - right!).toBeCloseTo(Math.log(3), 1);
  });

  it('accepts several right alternatives, of which one must have a high score', () => {
    const alternatives: Choice['alternatives'] = [
      { features: { good: 1 }, isRight: true },
      { features: { bad: 1 }, isRight: true },
      { features: { worse: 1 }, isRight: false },
    ];
    const { good, bad, worse } = fitChoices([{ alternatives, weight: 1 }], 0.1);
    expect(good!).toBeGreaterThan(worse!);
    expect(bad!).toBeGreaterThan(worse!);
  });

  it('ignores choices without a right or without a wrong alternative, and shrinks weights with the ridge', () => {
    const choices = choicesFrom(seeded(2), 300);
    const unusable = [true, false].map(
      (isRight): Choice => ({
        alternatives: [1, 2].map((overlap) => ({ features: { overlap: -100 * overlap }, isRight })),
        weight: 100,
      }),
    );
    const weights = fitChoices(choices, 1);
    expect(fitChoices([...choices, ...unusable], 1)).toEqual(weights);
    const shrunk = fitChoices(choices, 1_000);
    expect(Math.abs(shrunk.overlap!)).toBeLessThan(Math.abs(weights.overlap!) / 2);
    expect(Math.abs(shrunk.overlap!)).toBeGreaterThan(0);
  });

  it('is deterministic', () => {
    const choices = choicesFrom(seeded(3), 100);
    expect(fitChoices(choices, 1)).toEqual(fitChoices(choices, 1));
  });
});

describe('fitProbability', () => {
  function examplesFrom(random: () => number, count: number, bias: number): Example[] {
    return Array.from({ length: count }, () => {
      const features = featuresFrom(random);
      return { features, isTrue: random() < 1 / (1 + Math.exp(-scoreOf(features) - bias)), weight: 1 };
    });
  }

  it('recovers the weights and the bias of a logistic model', () => {
    const weights = fitProbability(examplesFrom(seeded(4), 8_000, -0.7), names, 0.1);
    expectTrueWeights(weights);
    expect(weights.bias).toBeCloseTo(-0.7, 0);
    expect(Math.abs(weights.bias! + 0.7)).toBeLessThan(0.15);
  });

  it('uses the named features only, and does not shrink the bias', () => {
    const examples = examplesFrom(seeded(5), 500, 0);
    expect(Object.keys(fitProbability(examples, ['overlap'], 1)).sort()).toEqual(['bias', 'overlap']);
    const certain = Array.from(
      { length: 100 },
      (_, index): Example => ({ features: {}, isTrue: index < 80, weight: 1 }),
    );
    expect(fitProbability(certain, [], 1_000).bias).toBeCloseTo(Math.log(4), 2);
  });

  it('gives examples their weight', () => {
    const examples = [true, false].map(
      (isTrue): Example => ({ features: {}, isTrue, weight: isTrue ? 3 : 1 }),
    );
    expect(fitProbability(examples, [], 1).bias).toBeCloseTo(Math.log(3), 2);
  });
});
