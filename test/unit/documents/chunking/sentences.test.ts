import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sentences } from '../../../../src/documents/chunking/sentences.ts';

it('`sentences` returns the same sentences as Intl.Segmenter, even for texts that it splits without Intl.Segmenter', () => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  const piece = fc.constantFrom(
    ...[
      'a',
      'B',
      ' ',
      '.',
      '!',
      '?',
      '"',
      ')',
      '1',
      '。',
      '…',
      '\u2028',
      '\u0085',
      '\u3000',
      '가',
      ':',
      '\u0301',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      const text = pieces.join('');
      const part = { kind: 'paragraph', start: 0, end: text.length, tokens: 0 } as const;
      const expected = [...segmenter.segment(text)]
        .map(({ segment }) => segment.trim())
        .filter((one) => one !== '');
      expect([...sentences(text, part)].map(({ start, end }) => text.slice(start, end))).toEqual(expected);
    }),
    { numRuns: 3_000 },
  );
});
