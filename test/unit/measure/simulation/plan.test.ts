import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/index.ts';
import { PLAN_EXAMPLES, parsePlan, ratesOfPlan } from '../../../../src/measure/index.ts';
import { Arrivals } from '../../../../src/measure/simulation/plan/arrivals.ts';
import {
  durationMsOf,
  expectedArrivals,
  type LoadPlan,
} from '../../../../src/measure/simulation/plan/plan.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const fileOf = async (name: string, text: string): Promise<string> => {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, text);
  return path;
};
const arrivalsOf = (plan: LoadPlan, seed?: number): number[] => {
  const arrivals = new Arrivals(plan, seed === undefined ? undefined : seededRandom(seed));
  const found: number[] = [];
  for (; arrivals.nextMs < Number.POSITIVE_INFINITY; arrivals.advance()) found.push(arrivals.nextMs);
  return found;
};
const shapeOf = ({ stretches }: LoadPlan): number[][] =>
  stretches.map(({ startMs, endMs, startRate, endRate }) => [
    startMs / 1_000,
    endMs / 1_000,
    startRate,
    endRate,
  ]);

describe('a load plan', () => {
  it.each([
    ['constant 50/s for 60s', [[0, 60, 50, 50]]],
    ['burst 120/min for 0.5min', [[0, 30, 2, 2]]],
    ['CONSTANT 3600/h for 1500ms', [[0, 1.5, 1, 1]]],
    ['ramp 0/s to 200/s for 5min', [[0, 300, 0, 200]]],
    [
      'steps 10/s, 20/s, 40/s for 30s each',
      [
        [0, 30, 10, 10],
        [30, 60, 20, 20],
        [60, 90, 40, 40],
      ],
    ],
    ['steps 10/s for 30s', [[0, 30, 10, 10]]],
    [
      'idle for 10min; burst 500/s for 10s',
      [
        [0, 600, 0, 0],
        [600, 610, 500, 500],
      ],
    ],
    [
      'on-off 20/s for 60s, idle 15min, 2 times',
      [
        [0, 60, 20, 20],
        [60, 960, 0, 0],
        [960, 1_020, 20, 20],
        [1_020, 1_920, 0, 0],
      ],
    ],
  ])('is parsed from "%s"', (text, shape) => {
    expect(shapeOf(parsePlan(text))).toEqual(shape);
  });

  it('that covers a day has its highest rate at its peaks and its lowest rate at night', () => {
    const { stretches } = parsePlan('day 10/s to 1000/s with peaks at 9:00, 20:30');
    const rateAt = (hour: number): number => stretches[Math.round(hour * 60)]!.startRate;
    expect(stretches.at(-1)!.endMs).toBe(86_400_000);
    expect(rateAt(9)).toBeCloseTo(1_000, 6);
    expect(rateAt(20.5)).toBeCloseTo(1_000, 6);
    expect(rateAt(3)).toBeCloseTo(10, 6);
    expect(Math.max(...stretches.map(({ startRate }) => startRate))).toBeCloseTo(1_000, 6);
    const plain = parsePlan('day 10/s to 1000/s').stretches;
    expect(plain[15 * 60]!.startRate).toBeCloseTo(1_000, 6);
  });

  it('is read from JSON, either given directly or in a file', async () => {
    const json = '[{"kind":"ramp","from":0,"to":50,"seconds":60},{"kind":"idle","seconds":5}]';
    const shape = [
      [0, 60, 0, 50],
      [60, 65, 0, 0],
    ];
    expect(shapeOf(parsePlan(json))).toEqual(shape);
    expect(shapeOf(parsePlan(await fileOf('plan.json', json)))).toEqual(shape);
  });

  it('is read from a file whose lines contain a time in seconds and the rate that applies until the next line', async () => {
    const path = await fileOf('rates.csv', 'seconds,rate\n0,10\r\n60,20\n90,0\n');
    const shape = [
      [0, 60, 10, 10],
      [60, 90, 20, 20],
      [90, 120, 0, 0],
    ];
    expect(shapeOf(parsePlan(path))).toEqual(shape);
    expect(shapeOf(parsePlan(`trace ${path}`))).toEqual(shape);
  });

  it.each([
    ['', 'not one of the forms'],
    ['constant 50 for 60s', 'not one of the forms'],
    ['constant -5/s for 60s', 'not one of the forms'],
    ['constant 5/s for 60', 'not one of the forms'],
    ['constant 5/s for 60s;', 'not one of the forms'],
    ['burst 5/s for 0s', 'seconds'],
    ['constant 9e9/s for 1s', 'not one of the forms'],
    ['constant 9000000/s for 1s', 'rate'],
    ['idle for 10min', 'no request would ever arrive'],
    ['day 1/s to 2/s with peaks at 25:00', 'peaks.0'],
    ['day 1/s to 2/s with peaks at 9:75', 'not an hour'],
    ['on-off 5/s for 1s, idle 1s, 0 times', 'times'],
    ['[{"kind":"constant","rate":1}]', 'seconds'],
    ['[{"kind":"constant","rate":1,"seconds":5,"sceonds":5}]', 'sceonds'],
    ['[{"kind":"constnat","rate":1,"seconds":5}]', 'kind'],
    ['[]', 'not a list of parts'],
    ['[1', 'not JSON'],
  ])('is refused with an error that contains examples: %j', (text, problem) => {
    expect(() => parsePlan(text)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(problem),
        remedy: expect.stringContaining(PLAN_EXAMPLES[0]!),
      }),
    );
  });

  it.each([
    ['0,10\n0,20\n', ':2'],
    ['0,10\n60\n', ':2'],
    ['0,10\n60,\n', ':2'],
    ['0,10\n60,x\n', ':2'],
    ['0,10\n60,-1\n', ':2'],
    ['0,10\n60,1,2\n', ':2'],
    ['0,10\n', 'has 1 lines'],
    ['', 'has 0 lines'],
  ])(
    'is refused with an error that names the invalid line of a rates file or its number of lines: %j',
    async (text, place) => {
      const path = await fileOf('rates.csv', text);
      expect(() => parsePlan(path)).toThrow(
        expect.objectContaining({ code: 'INVALID_RECORD', message: expect.stringContaining(place) }),
      );
    },
  );

  it('is refused with an error that names an unreadable file', () => {
    expect(() => parsePlan('none.csv')).toThrow(
      expect.objectContaining({ code: 'PATH_NOT_FOUND', message: expect.stringContaining('none.csv') }),
    );
  });
});

describe('ratesOfPlan', () => {
  it('returns the mean over the whole plan, with its pauses, and the highest rate', () => {
    expect(ratesOfPlan(parsePlan('constant 50/s for 60s'))).toEqual({ mean: 50, peak: 50 });
    expect(ratesOfPlan(parsePlan('ramp 0/s to 200/s for 5min'))).toEqual({ mean: 100, peak: 200 });
    expect(ratesOfPlan(parsePlan('on-off 20/s for 60s, idle 3min, 2 times'))).toEqual({ mean: 5, peak: 20 });
    const { mean, peak } = ratesOfPlan(parsePlan('day 1/s to 20/s'));
    expect(mean).toBeCloseTo(10.5, 6);
    expect(peak).toBe(20);
  });
});

describe('arrivals', () => {
  const plan = parsePlan(
    'ramp 0/s to 100/s for 100s; idle for 10s; constant 50/s for 100s; ramp 50/s to 0/s for 60s',
  );

  it('follow the rate of the plan as a Poisson process, even on ramps', () => {
    const counts = Array.from({ length: 60 }, (_, seed) => {
      const found = arrivalsOf(plan, seed + 1);
      expect(found.every((ms, index) => index === 0 || ms >= found[index - 1]!)).toBe(true);
      const within = (from: number, to: number): number =>
        found.filter((ms) => ms >= from * 1_000 && ms < to * 1_000).length;
      return [within(0, 50), within(50, 100), within(100, 110), within(110, 210), within(210, 270)];
    });
    const mean = (at: number): number => counts.reduce((sum, of) => sum + of[at]!, 0) / counts.length;
    [1_250, 3_750, 0, 5_000, 1_500].forEach((expected, at) => {
      // The bound is four standard deviations of the mean of 60 Poisson counts.
      expect(Math.abs(mean(at) - expected)).toBeLessThanOrEqual(4 * Math.sqrt(expected / 60));
    });
    // The variance of a Poisson count equals its mean.
    const variance = counts.reduce((sum, of) => sum + (of[3]! - mean(3)) ** 2, 0) / (counts.length - 1);
    expect(variance / 5_000).toBeGreaterThan(0.6);
    expect(variance / 5_000).toBeLessThan(1.5);
  });

  it('are evenly spaced if no random source is given', () => {
    const found = arrivalsOf(parsePlan('constant 4/s for 3s'));
    expect(found).toHaveLength(11);
    for (const [index, ms] of found.entries()) expect(ms).toBeCloseTo(250 * (index + 1), 6);
  });

  it('can be continued from any time', () => {
    const arrivals = new Arrivals(plan, seededRandom(1));
    arrivals.seek(105_000);
    expect(arrivals.nextMs).toBeGreaterThan(110_000);
    arrivals.seek(durationMsOf(plan));
    expect(arrivals.nextMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('have an expected number that equals the area under the rate', () => {
    expect(expectedArrivals(plan)).toBeCloseTo(5_000 + 5_000 + 1_500, 6);
    expect(expectedArrivals(plan, 50_000, 120_000)).toBeCloseTo(3_750 + 500, 6);
  });
});
