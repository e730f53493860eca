import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

// Selects the backend that is written in JavaScript, because the other backends are platform-specific programs.
process.env.RECHECK_BACKEND = 'pure';
const { checkSync } = await import('recheck');

import { patternsOf } from '../support/patterns.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** Time limit for checking a pattern, in milliseconds. */
const CHECK_MS = 30_000;
/** Beginnings of patterns that the check rejects or cannot decide in time, each with a proof. */
const PROVEN: readonly (readonly [beginning: string, proof: string])[] = [
  [
    String.raw`/:\/\/[^\s/?#"'<>@:]{0,200}(?::[^\s"'<>]{0,300})?@/g`,
    'at most 500 steps from each start: every repetition has a bound',
  ],
  [
    String.raw`/\b(?:sk|rk)-[\w-]{16,200}|\bgh[a-z]_\w{20,200}|\bhf_\w{20,100}|\bxox[a-z]-[\w-]{10,200}|\beyJ[\w-]{10,300}\.[\w.-]{0,4000}/g`,
    'at most 300 steps from each start that fails: what follows the full stop always matches',
  ],
  [
    '/model identifier is invalid|on-demand throughput|end of its life|model.{0,300}not (found|supported in this region)/i',
    'at most 300 steps from each start, and the text is an error of AWS',
  ],
  [
    '/KMS key does not exist or is not allowed to be used|',
    'at most 200 steps from each start, and the text is an error of AWS',
  ],
  ['/-+$/', 'the name is cut to 32 characters before'],
  [String.raw`/^\s*\/?\s*passage/i`, 'the text is a window of a few dozen characters'],
  [
    String.raw`/(?<![\w.:/])(?:[a-z][a-z0-9+.-]{0,40}:\/\/|[A-Za-z]:\\|\/)[^\s'"${'`'},;()]+/g`,
    'at most 40 steps from each start that fails: what follows the scheme always matches',
  ],
  [
    String.raw`/^( {0,3})(${'`'}{3,}(?=[^${'`'}]*$)|~{3,})([\s\S]*)/`,
    'anchored; the rest of the line is read once for the look-ahead, and what follows always matches',
  ],
  [
    String.raw`/^\S+ \|\s*(\d+)(?:\/(\d+))? \|[^|]*\| ([^\s|]+)\s*\| (\S+)/`,
    'anchored, its parts share no characters, and the text is a progress line of the CDK',
  ],
  [
    String.raw`/^\s*$|feature flags are not configured|^NOTICES|cdk flags|Proceeding anyway/i`,
    'anchored or without repetitions',
  ],
  [
    String.raw`/(?:node:[\w/]+|(?<![\w.-])[\w.-]+\.[cm]?[jt]s):\d+:\d+(?=\)?$)/`,
    'one start for each run of word characters, which is read forwards and backwards once',
  ],
  [String.raw`/\b(Bearer|Basic) `, 'at most 2,100 steps from each start'],
  [String.raw`/(\p{M}{30})\p{M}+/gu`, 'what follows the first 30 always matches'],
  ['/is not bootstrapped|has not been', 'the only repetition always matches'],
  [
    '/unable to resolve AWS account',
    'at most 200 steps from each start, and the text is an error of the CDK',
  ],
  [
    String.raw`/^\s*(?:what(?:'s| is| are|`,
    'one anchored part; white space is read once behind each particle',
  ],
  [String.raw`/\b(?:1[0-9]|20)\d{2}s?\b|\b(?:January`, 'one start for each run of digits'],
  [String.raw`/\b(?:if|when|whenever|unless`, 'the letters behind "for" are read once'],
  [
    String.raw`/\b(?:because|due to|so that`,
    'at most 200 steps from each start, and the text has at most 2,000 characters',
  ],
  [String.raw`/\bwhen (?:should|do|does`, 'at most 200 steps from each start'],
  ['/언제.{0,200}', 'at most 200 steps from each start'],
  [String.raw`/\(\s*(?:<[^<>]*>|`, 'sticky, and the text has at most 2,000 characters'],
  [String.raw`/[\s\ufffc.!。！]+$/`, 'the answer has at most 450 characters'],
  [String.raw`/^[\s>#'_(-]+|[\s'_)]+$/g`, 'the answer has at most 450 characters'],
];

const { literals, built } = patternsOf(ROOT, ['src', 'infra/src']);

describe('regular expressions', { timeout: 600_000 }, () => {
  it('take at most linear time, or are listed with a proof that their time is bounded', () => {
    const slow = literals
      .filter(({ text }) => !PROVEN.some(([beginning]) => text.startsWith(beginning)))
      .flatMap(({ text, source, flags, place }) => {
        const found = checkSync(source, flags, { timeout: CHECK_MS });
        if (found.status === 'safe') return [];
        return [
          `${place} ${text}: ${found.status === 'vulnerable' ? found.complexity.summary : 'undecided'}`,
        ];
      });
    expect(slow).toEqual([]);
  });

  it('are listed with a proof only if the source still contains them', () => {
    const isUsed = (beginning: string): boolean => literals.some(({ text }) => text.startsWith(beginning));
    expect(PROVEN.filter(([beginning]) => !isUsed(beginning))).toEqual([]);
  });

  it('are not built from texts of documents, questions or models', () => {
    // These files build patterns from constants: names of elements, services and secrets, the grammar of load plans,
    // Korean particles, words of refusals, marks of reasoning.
    expect([...new Set(built.map((each) => each.split(':', 1)[0]))].sort()).toEqual([
      'src/cloud/deployment/account/identity.ts',
      'src/config/deployed-servers-schema.ts',
      'src/core/redact.ts',
      'src/measure/simulation/plan/parse.ts',
      'src/models/generators/extractive/question/korean.ts',
      'src/models/generators/not-found.ts',
      'src/models/generators/refusals-cjk.ts',
      'src/models/generators/refusals-english.ts',
      'src/models/generators/refusals.ts',
      'src/models/generators/thinking-marks.ts',
      'src/query/conversation/words.ts',
    ]);
  });
});
