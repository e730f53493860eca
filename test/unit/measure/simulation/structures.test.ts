import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/index.ts';
import { quantile } from '../../../../src/measure/index.ts';
import { EventHeap } from '../../../../src/measure/simulation/engine/event-heap.ts';
import {
  HISTOGRAM_ERROR,
  LatencyHistogram,
} from '../../../../src/measure/simulation/engine/latency-histogram.ts';
import { Processor } from '../../../../src/measure/simulation/engine/processor.ts';

describe('the event heap', () => {
  it('returns events in chronological order, whatever the order of pushes and pops', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(1_000)), { maxLength: 400 }), (operations) => {
        const heap = new EventHeap();
        const waiting: number[] = [];
        for (const [value, time] of operations.entries()) {
          if (time !== null) {
            heap.push(time, value);
            waiting.push(time);
            continue;
          }
          const nextMs = heap.nextMs;
          expect(nextMs).toBe(Math.min(...waiting));
          if (waiting.length === 0) continue;
          expect(operations[heap.pop()]).toBe(nextMs);
          waiting.splice(waiting.indexOf(nextMs), 1);
        }
        expect(heap.nextMs).toBe(Math.min(...waiting));
      }),
    );
  });

  it('grows beyond its initial capacity', () => {
    const heap = new EventHeap();
    const random = seededRandom(1);
    const times = Array.from({ length: 5_000 }, () => random());
    for (const [value, time] of times.entries()) heap.push(time, value);
    expect(times.map(() => times[heap.pop()])).toEqual(times.toSorted((a, b) => a - b));
  });
});

describe('the latency histogram', () => {
  it('returns every quantile within its error bound', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 2e6, noNaN: true }), { minLength: 1, maxLength: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const histogram = new LatencyHistogram();
          for (const value of values) histogram.add(value, 1);
          const sorted = values.toSorted((a, b) => a - b);
          const exact = sorted[Math.max(0, Math.ceil(share * values.length - 1e-9) - 1)]!;
          const bound = 2 * HISTOGRAM_ERROR * exact + 0.001;
          expect(Math.abs(histogram.quantileMs(share)! - exact)).toBeLessThanOrEqual(bound);
          expect(histogram.count).toBe(values.length);
        },
      ),
    );
  });

  it('has an error of at most 1 %, and an exact mean', () => {
    expect(2 * HISTOGRAM_ERROR).toBeLessThan(0.01);
    const random = seededRandom(1);
    const values = Array.from({ length: 50_000 }, () => -40 * Math.log(1 - random()));
    const histogram = new LatencyHistogram();
    for (const value of values) histogram.add(value, 1);
    for (const share of [0.01, 0.5, 0.95, 0.99, 0.999])
      expect(Math.abs(histogram.quantileMs(share)! / quantile(values, share) - 1)).toBeLessThan(0.005);
    expect(histogram.meanMs).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 9);
  });

  it('counts each value with its weight, and has no quantile or mean if it is empty', () => {
    const histogram = new LatencyHistogram();
    expect([histogram.quantileMs(0.5), histogram.meanMs]).toEqual([undefined, undefined]);
    histogram.add(10, 99);
    histogram.add(1_000, 1);
    expect(histogram.quantileMs(0.98)).toBeCloseTo(10, 0);
    expect(histogram.quantileMs(0.995)).toBeGreaterThan(990);
    expect(histogram.meanMs).toBeCloseTo(19.9, 9);
  });
});

describe('shared processors', () => {
  /** Reference implementation, which computes in steps of 0.01 ms. */
  function bruteForce(
    cores: number,
    jobs: readonly (readonly [startMs: number, demandMs: number])[],
  ): number[] {
    const left = jobs.map(([, demand]) => demand);
    const ends: number[] = jobs.map(() => Number.NaN);
    const stepMs = 0.01;
    for (let nowMs = 0; ends.some(Number.isNaN); nowMs += stepMs) {
      const running = jobs.flatMap(([startMs], job) => (startMs <= nowMs && left[job]! > 0 ? [job] : []));
      for (const job of running) {
        left[job]! -= stepMs * Math.min(1, cores / running.length);
        if (left[job]! <= 0) ends[job] = nowMs + stepMs;
      }
    }
    return ends;
  }

  it('end each job as if all running jobs had equal shares of the cores', () => {
    const job = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.array(job, { minLength: 1, maxLength: 8 }),
        (cores, drawn) => {
          const jobs = drawn.toSorted(([a], [b]) => a - b);
          const processor = new Processor(cores);
          const ends: number[] = [];
          const endUntil = (ms: number): void => {
            while (processor.nextMs <= ms) {
              const nowMs = processor.nextMs;
              ends[processor.finish(nowMs)] = nowMs;
            }
          };
          for (const [value, [startMs, demandMs]] of jobs.entries()) {
            endUntil(startMs);
            processor.start(startMs, demandMs, value);
          }
          endUntil(Number.MAX_VALUE);
          for (const [value, end] of bruteForce(cores, jobs).entries())
            expect(Math.abs(ends[value]! - end)).toBeLessThan(0.3);
        },
      ),
      { numRuns: 40 },
    );
  });
});
