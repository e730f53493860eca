import type { ResultHeader, Sample } from '../../../src/measure/index.ts';

/** A header with reasonable values. */
export const headerOf = (changes: Partial<ResultHeader> = {}): ResultHeader => ({
  format: 'srag-experiment',
  schemaVersion: 1,
  name: 'two kinds',
  startedAt: '2026-11-29T00:00:00.000Z',
  declaration: {},
  seed: 1,
  steps: [{ ratePerSecond: 5 }],
  variants: [{ name: 'flat', settings: {} }],
  questions: { source: 'questions.jsonl', synthetic: false, list: [{ id: 'q1', text: 'How many days?' }] },
  target: { kind: 'in-process', description: 'this process' },
  environment: {},
  srag: '0.1.0',
  ...changes,
});

/** A warm request with a latency of 15 ms. */
export const sampleOf = (changes: Partial<Sample> = {}): Sample => ({
  variant: 'flat',
  step: 0,
  block: 0,
  blockSize: 1,
  population: 'warm',
  question: 0,
  intendedMs: 10,
  startedMs: 11,
  endedMs: 25,
  outcome: 'ok',
  status: 200,
  ...changes,
});
