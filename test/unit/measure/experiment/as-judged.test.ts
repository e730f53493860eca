import { describe, expect, it } from 'vitest';
import { matchJudgements } from '../../../../src/measure/evaluation/match-judgements.ts';

describe('matchJudgements', () => {
  const relevant = { 'README.md': 1 };

  it('shortens the path of a hit if a judgement contains only the end of that path', () => {
    expect(matchJudgements(['docs/README.md', 'docs/a.md'], relevant)).toEqual(['README.md', 'docs/a.md']);
  });

  it('matches one hit per judgement: the hit with exactly its path, otherwise the first hit that ends with its path', () => {
    expect(matchJudgements(['docs/README.md', 'README.md'], relevant)).toEqual([
      'docs/README.md',
      'README.md',
    ]);
    expect(matchJudgements(['a/README.md', 'b/README.md'], relevant)).toEqual(['README.md', 'b/README.md']);
  });

  it('does not shorten a path if the result would be the id of another document', () => {
    expect(matchJudgements(['docs/README.md'], relevant, (name) => name === 'README.md')).toEqual([
      'docs/README.md',
    ]);
  });
});
