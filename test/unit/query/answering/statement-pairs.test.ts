import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../../../../src/query/answering/support/evidence.ts';
import { supportFor } from '../../../../src/query/answering/support/supports.ts';

interface Pair {
  readonly source: string;
  readonly statement: string;
  /** How a wrong statement differs from its source; undefined for a true statement. */
  readonly difference?: string;
}

/** Reads lines `= source`, each followed by `+ true statement` or `- difference | wrong statement`. */
function pairsOf(file: string): Pair[] {
  let source = '';
  return readFileSync(join(import.meta.dirname, 'pairs', file), 'utf8')
    .split('\n')
    .flatMap((line): Pair[] => {
      const text = line.slice(2);
      if (line.startsWith('= ')) source = text.replaceAll('\\n', '\n');
      if (line.startsWith('+ ')) return [{ source, statement: text }];
      const [difference = '', statement = ''] = text.split(' | ');
      return line.startsWith('- ') ? [{ source, statement, difference }] : [];
    });
}

const isSupported = ({ source, statement }: Pair): boolean =>
  supportFor(statement, evidenceOf(source, '')) !== undefined;
const isMistaken = (pair: Pair): boolean => isSupported(pair) !== (pair.difference === undefined);

describe.each(['tuned.txt', 'further.txt'])('statements of %s', (file) => {
  const pairs = pairsOf(file);
  const wrong = pairs.filter(({ difference }) => difference !== undefined);
  const right = pairs.filter(({ difference }) => difference === undefined);

  it('include at least 75 true and 75 wrong statements', () => {
    expect(Math.min(wrong.length, right.length)).toBeGreaterThanOrEqual(75);
  });

  it('are rejected in at least 95 of 100 cases if a number, a name or a negation is wrong', () => {
    const missed = wrong.filter(isMistaken);
    expect(missed.length / wrong.length, JSON.stringify(missed, null, 1)).toBeLessThanOrEqual(0.05);
  });

  it('are accepted in at least 97 of 100 cases if they paraphrase their source', () => {
    const lost = right.filter(isMistaken);
    expect(lost.length / right.length, JSON.stringify(lost, null, 1)).toBeLessThanOrEqual(0.03);
  });
});
