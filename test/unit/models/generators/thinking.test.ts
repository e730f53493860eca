import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ThinkingFilter } from '../../../../src/models/generators/thinking.ts';

/** Everything that a client sees of a model's text that arrives in these pieces. */
function streamed(pieces: readonly string[]): string {
  const filter = new ThinkingFilter();
  return [...pieces.flatMap((piece) => filter.push(piece)), ...filter.end()]
    .map((piece) => (piece.kind === 'text' ? piece.text : ''))
    .join('');
}

/** The texts with an opening mark whose reasoning is HIDDEN, and the answer. */
const OPENED: readonly (readonly [text: string, answer: string])[] = [
  ['<think>HIDDEN [1].</think>Green. [1]', 'Green. [1]'],
  ['<think >HIDDEN</think >Green.', 'Green.'],
  ['<think type="deep" budget=\'9\'>HIDDEN</think>Green.', 'Green.'],
  ['<Thoughts>\nHIDDEN\n</Thoughts>\n\nGreen.', 'Green.'],
  ['<reasoning effort="high">HIDDEN</reasoning>Green.', 'Green.'],
  ['<thought_process>HIDDEN</thought_process>Green.', 'Green.'],
  ['<ns:thinking>HIDDEN</ns:thinking>Green.', 'Green.'],
  ['<longcat_think>HIDDEN</longcat_think>Green.', 'Green.'],
  [
    '<|channel|>analysis<|message|>HIDDEN<|end|><|start|>assistant<|channel|>final<|message|>Green. [1]<|return|>',
    'Green. [1]',
  ],
  [
    '<|start|>assistant<|channel|>analysis to=x<|message|>HIDDEN<|end|><|start|>assistant<|channel|>commentary<|message|>HIDDEN<|end|><|start|>assistant<|channel|>final<|message|>Green.<|end|>',
    'Green.',
  ],
  ['<|channel>thought\nHIDDEN<channel|>Green.', 'Green.'],
  ['<|START_THINKING|>HIDDEN<|END_THINKING|><|START_RESPONSE|>Green.<|END_RESPONSE|>', 'Green.'],
  [
    '<|begin_of_thought|>HIDDEN<|end_of_thought|>\n\n<|begin_of_solution|>Green.<|end_of_solution|>',
    'Green.',
  ],
  ['<unused94>thought\nHIDDEN<unused95>Green.', 'Green.'],
  ['<think>HIDDEN</think>\n<answer>\nGreen.</answer>', 'Green.'],
  ['<think>HIDDEN</think>Green <think>HIDDEN</think>and [1]<think>HIDDEN</think>.', 'Green and [1].'],
  ['<think>HIDDEN: `</think>` ends it. HIDDEN</think>Green.', 'Green.'],
  ['<think>HIDDEN ```js\nHIDDEN</think>Green.', 'Green.'],
  ['Green. <think>HIDDEN', 'Green. '],
  ['<|channel|>analysis<|message|>HIDDEN', ''],
  ['<think>HIDDEN</think', ''],
  ['```xml\n<think>a</think>\n```\n<think>HIDDEN</think>Green.', '```xml\n<think>a</think>\n```\nGreen.'],
  ['Use ` here.\n<think>HIDDEN</think>Green.', 'Use ` here.\nGreen.'],
];

/** The texts with a closing mark only. */
const UNOPENED: readonly (readonly [text: string, answer: string])[] = [
  ['HIDDEN [1]\n</think>\n\nGreen.', 'Green.'],
  ['HIDDEN ```js\nHIDDEN\n</think>\nGreen.', 'Green.'],
  ['HIDDEN `x </think>Green.', 'Green.'],
  ['HIDDEN<|end|><|start|>assistant<|channel|>final<|message|>Green.', 'Green.'],
  ['Here are my reasoning steps: HIDDEN\n[BEGIN FINAL RESPONSE]\nGreen.\n[END FINAL RESPONSE]', 'Green.\n'],
  ['HIDDEN</think>HIDDEN</think>Green.', 'Green.'],
];

/** Answers about marks. */
const MENTIONS: readonly string[] = [
  'Models think between `<think>` and `</think>`.',
  'The format is `a <think> b </think> c` [1].',
  'A double span: ``x ` <think> y </think>`` [1].',
  '```xml\n<think>\nHm.\n</think>\n<answer>\n```\nThis is the format [1].',
  '~~~~\n```\n<reasoning>x</reasoning>\n~~~\n</answer>\n~~~~\nDone.',
  'Harmony uses `<|channel|>analysis<|message|>` and "<|end|>" [1].',
  'A message ends with <|end|> in this format, and <answer> is a tag.',
  'DeepSeek ends its reasoning with the tag </think> and then answers [1].',
  'Set "<thinking>" as the opening tag [1]. The rest matters [2].',
  'The element <reason> and <thinker> are XML [1]; <div class="think">x</div> too.',
];

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

  it.each(OPENED)('is never shown, however a stream is split in two: %j', (text, answer) => {
    for (let at = 0; at <= text.length; at++) {
      expect(streamed([text.slice(0, at), text.slice(at)])).toBe(answer);
    }
    expect(streamed([...text])).toBe(answer);
  });

  it.each(UNOPENED)(
    'is withdrawn if only its end is marked, however a stream is split: %j',
    (text, answer) => {
      for (let at = 0; at <= text.length; at++)
        expect(spoken([text.slice(0, at), text.slice(at)])).toBe(answer);
      expect(spoken([...text])).toBe(answer);
    },
  );

  it.each(MENTIONS)('is not found in an answer about marks, however a stream is split: %j', (text) => {
    for (let at = 0; at <= text.length; at++)
      expect(streamed([text.slice(0, at), text.slice(at)])).toBe(text);
    expect(streamed([...text])).toBe(text);
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
      '```',
      '<|end|>',
      '<answer>',
      '<|channel|>',
      'final',
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
