import { describe, expect, it } from 'vitest';
import { asJudged } from '../../../../src/measure/experiment/analysis/quality.ts';

describe('asJudged', () => {
  const relevant = { 'README.md': 1 };

  it('names a hit by the end of its path where the judgement does', () => {
    expect(asJudged(['docs/README.md', 'docs/a.md'], relevant)).toEqual(['README.md', 'docs/a.md']);
  });

  it('names one hit for each judgement: the exact one, else the first', () => {
    expect(asJudged(['docs/README.md', 'README.md'], relevant)).toEqual(['docs/README.md', 'README.md']);
    expect(asJudged(['a/README.md', 'b/README.md'], relevant)).toEqual(['README.md', 'b/README.md']);
  });

  it('takes no other document for one that has the name itself', () => {
    expect(asJudged(['docs/README.md'], relevant, (name) => name === 'README.md')).toEqual([
      'docs/README.md',
    ]);
  });
});
