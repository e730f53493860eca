import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quotableText } from '../../../../../src/models/generators/extractive/units/quotable-text.ts';

describe('quotableText', () => {
  it.each([
    ['**Bold**, *italic*, ***both*** and __more__.', 'Bold, italic, both and more.'],
    ['**함수**에서는 *값*을 쓰고 **"이름"**은 쓰지 않는다.', '함수에서는 값을 쓰고 "이름"은 쓰지 않는다.'],
    ['** StatusCode ** The status.', 'StatusCode The status.'],
    ['**bold\nover lines**', 'bold over lines'],
    ['***a** b* c', 'a b c'],
  ])('removes emphasis, also where CommonMark finds none: %j', (markdown, text) => {
    expect(quotableText(markdown)).toBe(text);
  });

  it.each([
    '2*3*4 and 2**3',
    'a * b ** c',
    'snake_case_name',
    '*args',
    'price*',
    '_private',
    '[0, 1)',
    'name: ____',
    'a < b > c',
  ])('keeps characters that are no marks: %j', (text) => {
    expect(quotableText(text)).toBe(text);
  });

  it.each([
    ['See [the *guide*](https://a.b/c_(d) "T"), [that][2] and [this][].', 'See the guide, that and this.'],
    ['[a [b] c](u)', 'a [b] c'],
    ['[![build](b.svg)](https://a.b) Ready ![x](y).', 'Ready .'],
    ['Visit <https://a.b/c> or <me@a.b>.', 'Visit https://a.b/c or me@a.b.'],
    ['<a name="x"></a>Line<br/>break <!-- hidden --> end', 'Line break end'],
    ['Text[^1] {* ../a.py hl[1] *} { #anchor } {{ variable }} end', 'Text end'],
    ['Old[1][2] and `a[1][2]`.', 'Old[1][2] and `a[1][2]`.'],
  ])('keeps the text of links, and removes targets, images, tags and includes: %j', (markdown, text) => {
    expect(quotableText(markdown)).toBe(text);
  });

  it.each([
    ['**Note. It is old.', 'Note. It is old.'],
    ['It is **old. Very', 'It is old. Very'],
    ['red.** Then', 'red. Then'],
    ['*It is red.', 'It is red.'],
    ['Error: *It is red.', 'Error: It is red.'],
    ['[See the guide.', 'See the guide.'],
    ['part](https://a.b) of it', 'part of it'],
    ['[x](https://a.b/c', 'x'],
    ['a <dfn title="It is.', 'a'],
    ['****Copyright** it.*****', 'Copyright it.'],
  ])('removes marks whose other half is in another sentence: %j', (markdown, text) => {
    expect(quotableText(markdown)).toBe(text);
  });

  it('resolves escapes and entities outside code, and keeps code as it is', () => {
    expect(quotableText('\\*a\\* \\[b\\] &lt;c&gt; &amp;lt; &#44032;&#xac01; &unknown;')).toBe(
      '*a* [b] <c> &lt; 가각 &unknown;',
    );
    expect(quotableText('`**a** &lt; [b](c) \\*` and ``x`y``')).toBe('`**a** &lt; [b](c) \\*` and ``x`y``');
    expect(quotableText('&#0;&#xd800;&#x110000;')).toBe('\ufffd&#x110000;');
  });

  it('replaces white space and control characters with single spaces', () => {
    expect(quotableText(' a\r\nb\t\u0000\u001b[31m  c\u0007 ')).toBe('a b [31m c');
    expect(quotableText('quoted\n> text\n  > > more')).toBe('quoted text more');
  });

  it('keeps the words of any combination of marks, and is well-formed', () => {
    const word = fc.constantFrom('pump', '펌프는', '水', 'x1', '😀', '𠀀');
    const marked = fc.letrec<{ text: string }>((tie) => ({
      text: fc.oneof(
        { depthSize: 'small' },
        word,
        ...[
          (inner: string) => `**x ${inner} x**`,
          (inner: string) => `[${inner}](https://a.b/c)`,
          (inner: string) => `${inner} ${inner}`,
          (inner: string) => `*x ${inner} x*`,
          (inner: string) => `<b>${inner}</b>`,
        ].map((wrap) => tie('text').map(wrap)),
      ),
    })).text;
    fc.assert(
      fc.property(marked, (markdown) => {
        const text = quotableText(markdown.length > 2_000 ? 'pump' : markdown);
        const words = (source: string) => source.replace(/https:\/\/a\.b\/c|<\/?b>|[*[\]()\s]/gu, '');
        expect(words(text)).toBe(markdown.length > 2_000 ? 'pump' : words(markdown));
        expect(text).not.toMatch(/\*\*|\]\(|<b>/u);
        expect(text.isWellFormed()).toBe(true);
      }),
    );
  });

  it('reads at most 2,000 characters, and takes linear time for any repeated marks', () => {
    const mark = fc.constantFrom(
      ...'[]()<>*_`!{}&\\#|~"\' a1가\n',
      '![',
      '](',
      '<!--',
      '**a ',
      '<a ',
      '[^',
      '{*',
    );
    fc.assert(
      fc.property(fc.array(mark, { minLength: 1, maxLength: 4 }), (marks) => {
        const text = quotableText(marks.join('').repeat(50_000));
        expect(text.length).toBeLessThanOrEqual(2_000);
        expect(text.isWellFormed()).toBe(true);
      }),
    );
  });
});
