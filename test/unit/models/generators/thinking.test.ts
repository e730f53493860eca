import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ThinkingFilter } from '../../../../src/models/generators/thinking.ts';

/** Returns the answer, without the reasoning, of a model whose text arrives in these pieces. */
function spoken(pieces: readonly string[]): string {
  const filter = new ThinkingFilter();
  const said = [...pieces.flatMap((piece) => filter.push(piece)), ...filter.end()];
  return said
    .slice(said.findLastIndex(({ kind }) => kind === 'discard') + 1)
    .map((piece) => (piece.kind === 'text' ? piece.text : ''))
    .join('');
}

describe('the reasoning of a model', () => {
  it.each([
    ['<think>Passage 1 says [1].</think>Green. [1]', 'Green. [1]'],
    ['<think>\nHm.\n</think>\n\nGreen. [1]', 'Green. [1]'],
    ['\n<think></think>\n\nGreen.', '\nGreen.'],
    ['<THINK>Hm.</THINK> Green.', 'Green.'],
    ['<thinking>Hm.</thinking>Green.', 'Green.'],
    ['<thought>Hm.</thought>Green.', 'Green.'],
    ['<reasoning>Hm.</reasoning>Green.', 'Green.'],
    ['<seed:think>Hm.</seed:think>Green.', 'Green.'],
    ['[THINK]Hm.[/THINK]Green.', 'Green.'],
    ['\u25c1think\u25b7Hm.\u25c1/think\u25b7Green.', 'Green.'],
    ['<think>One.</think>\n<think>Two.</think>\nGreen.', 'Green.'],
    ['<think>One <think>two</think> three.</think>Green.', 'Green.'],
    ['Green <think>sure?</think>it is.', 'Green it is.'],
    ['<think>It ends in code: `x`</think>Green.', 'Green.'],
  ])('is not part of the answer: %j', (text, answer) => {
    expect(spoken([text])).toBe(answer);
  });

  it.each([
    ['<think>Never closed. [1]', ''],
    ['Green. <think>Never closed.', 'Green. '],
    ['Never opened. [1]\n</think>\n\nGreen.', 'Green.'],
    ['<think>', ''],
    ['</think>', ''],
  ])('may have only an opening or closing tag: %j', (text, answer) => {
    expect(spoken([text])).toBe(answer);
  });

  it.each([
    'Models think between `<think>` and `</think>`.',
    'DeepSeek ends its reasoning with the tag </think> and then answers [1].',
    'Set "<thinking>" as the opening tag [1]. The rest matters [2].',
    'I think > you think < they think.',
    'See [1] and [THINKERS]; <thinks> is no mark.',
    'An answer that ends in <thin',
    '  White space stays.  ',
  ])('is not found in other text: %j', (text) => {
    expect(spoken([text])).toBe(text);
  });

  it('is found regardless of how the text is split', () => {
    const piece = fc.constantFrom(
      '<think>',
      '</think>',
      '[THINK]',
      '<',
      '/',
      'think',
      '>',
      '`',
      ' ',
      '\n',
      'a [1] ',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.nat(5), { maxLength: 40 }),
        (parts, cuts) => {
          const text = parts.join('');
          const pieces: string[] = [];
          let at = 0;
          for (const cut of cuts) {
            pieces.push(text.slice(at, at + cut));
            at += cut;
          }
          expect(spoken([...pieces, text.slice(at)])).toBe(spoken([text]));
        },
      ),
    );
  });
});
