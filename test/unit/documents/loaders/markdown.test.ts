import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { cutLines } from '../../../../src/documents/loaders/markdown/cut-lines.ts';
import { blockTexts, documentOf, failureOf } from './load-all.ts';

describe('the Markdown loader', () => {
  it('uses front matter as metadata and title, and excludes it from the text', async () => {
    const document = await documentOf(
      'a.md',
      '---\ntitle: Guide\ntags: [a, b]\ndate: 2024-05-01\n---\n# Other\n\nText.',
    );
    expect(document).toMatchObject({
      title: 'Guide',
      text: '# Other\n\nText.',
      metadata: { title: 'Guide', tags: ['a', 'b'], date: '2024-05-01' },
      mediaType: 'text/markdown',
      isRecord: false,
    });
  });

  it.each([
    '---\nA sentence between rules.\n---\nText',
    '---\nkey: [unclosed\n---\nText',
    '---\nnever closed',
    `---\n${'? '.repeat(600)}\n---\nText`,
  ])('keeps text that is not front matter: %j', async (source) => {
    expect(await documentOf('a.md', source)).toMatchObject({ text: source, metadata: {} });
  });

  it('uses the first heading of level 1 as title, otherwise the file name', async () => {
    expect((await documentOf('a.md', '## Sub\n\n# Main `code` **bold** [link](x)\n')).title).toBe(
      'Main code bold link',
    );
    expect((await documentOf('read-me.md', 'Only text.')).title).toBe('read-me');
  });

  it.each([
    ['## Title { #anchor }', 'Title'],
    ['## Title {#anchor .class data-x=1}', 'Title'],
    ['## Use `a` { } here', 'Use a { } here'],
    ['## Handler<a name="python-handler"></a>', 'Handler'],
    ['## Closed ##', 'Closed'],
    ['## C#', 'C#'],
    ['## A &amp; B \\* C', 'A & B * C'],
    ['Set\next\n---', 'Set ext'],
  ])('reads the heading %j as %j', async (source, title) => {
    const { blocks } = await documentOf('a.md', source);
    expect(blocks).toEqual([{ kind: 'heading', level: 2, title, start: 0, end: source.length }]);
  });

  it('finds code, tables, lists and paragraphs with their offsets', async () => {
    const pieces = [
      ['heading', '# A'],
      ['paragraph', 'Text with\na second line.'],
      ['list', '- one\n- two\n\n  more of two'],
      ['code', '```python\n# not a heading\n\nx = 1\n```'],
      ['table', '| a | b |\n|---|---|\n| 1 | 2 |'],
      ['paragraph', '/// note | Hint'],
      ['paragraph', '{* ../../docs_src/a.py hl[2] *}'],
      ['paragraph', '<div>\nraw\n</div>'],
      ['paragraph', '> # quoted heading'],
    ];
    const document = await documentOf('a.md', pieces.map(([, text]) => text).join('\n\n'));
    expect(blockTexts(document)).toEqual(pieces);
  });

  const SHORT_LINES = [
    '# Head',
    'Prose of words',
    '- item',
    '  - nested',
    '1. one',
    '    code',
    '```',
    '```js',
    '~~~',
    '> quote',
    '| a | b |',
    '|---|---|',
    '---',
    '===',
    '',
    '',
    '<div>',
    '<!--',
    'end -->',
    '</div>',
    'a | b',
    '[ref]: /url',
    '**bold** text',
    '```a`b',
    '   # three',
    '\tTab',
    '* * *',
    'Wort `code`',
    '한글 문장',
    '#tag',
    '- ```',
    '+ # in item',
    '<pre>',
    'x </pre>',
  ];
  const WORDS = 'a & [b] _c_ ![d <e *f* '.repeat(46);
  const LONG_LINES = [
    `Prose ${WORDS}`,
    `# Head ${WORDS}`,
    `- ${WORDS}`,
    `> ${WORDS}`,
    `| a ${WORDS} | b |`,
    `<div> ${WORDS}`,
    `x ${WORDS}</pre>`,
    `y ${WORDS}-->`,
    `~~~ ${WORDS}`,
    `|${'-'.repeat(1_050)}|---|`,
    `| ${'- '.repeat(20)}|${' '.repeat(1_050)}---|`,
    '-'.repeat(1_050),
    '* '.repeat(525),
    `===${' '.repeat(1_050)}`,
  ];

  it.each([
    ['of short lines', SHORT_LINES, 14],
    ['with lines of over 1,000 characters', [...SHORT_LINES, ...LONG_LINES], 6],
  ])(
    'finds the same blocks as a parser that reads the whole source, for any source %s',
    async (_, choice, maxLength) => {
      const line = fc.constantFrom(...choice);
      await fc.assert(
        fc.asyncProperty(fc.array(line, { minLength: 1, maxLength }), async (lines) => {
          const source = lines.join('\n');
          if (source.trim() === '' || /^---[\s\S]*\n(---|\.\.\.)/.test(source)) return;
          // The loader may split blocks of longer sources.
          fc.pre(source.length < 3_900);
          const tree = fromMarkdown(source, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
          const expected = tree.children.map(({ position }) => [
            position!.start.offset,
            position!.end.offset,
          ]);
          const { blocks } = await documentOf('a.md', source);
          expect(blocks.map(({ start, end }) => [start, end])).toEqual(expected);
        }),
        { numRuns: 300 },
      );
    },
  );

  it('finds all blocks of a long source, although it parses the source in pieces', async () => {
    const section = (index: number) =>
      `## Section ${index}\n\n- item\n\n${'Words of text.\n'.repeat(20)}\n\`\`\`sh\n# comment\n\`\`\`\n`;
    const source = Array.from({ length: 200 }, (_, index) => section(index)).join('\n');
    const document = await documentOf('a.md', source);
    expect(document.blocks).toHaveLength(800);
    expect(document.blocks.filter(({ kind }) => kind === 'heading').map(({ title }) => title)).toEqual(
      Array.from({ length: 200 }, (_, index) => `Section ${index}`),
    );
    expect(blockTexts(document)[799]).toEqual(['code', '```sh\n# comment\n```']);
  });

  it.each([
    ['list', '- item\n'],
    ['list', '- item\n  1. nested\n\n'],
    ['table', '| a | b |\n|---|---|\n', '| c | d |\n'],
    ['paragraph', '> quoted\n'],
    ['paragraph', 'Words of a paragraph.\n'],
    ['code', '```\n', '# comment\n\n'],
    ['paragraph', '<!--\n', '# comment\n\n'],
  ])(
    'finds one %s in a block that starts with %j and is 30,000 characters long',
    async (kind, start, next = start) => {
      const source = `${start}${next.repeat(30_000 / next.length)}`.trimEnd();
      const { blocks } = await documentOf('a.md', source);
      expect(blocks).toEqual([{ kind, start: 0, end: source.length }]);
    },
  );

  it.each([
    ['paragraph', '>', 30_000],
    ['paragraph', '> ', 30_000],
    ['list', '- ', 1_000],
    ['list', '1. ', 30_000],
    ['list', '- > ', 30_000],
    ['list', '- ', 30_000, ':'],
    ['list', '* ', 30_000, '|'],
  ])('finds one %s in a line with many nested markers %j', async (kind, mark, length, end = 'word') => {
    const source = `${mark.repeat(length / mark.length)}${end}`;
    const { blocks } = await documentOf('a.md', source);
    expect(blocks).toEqual([{ kind, start: 0, end: source.length }]);
  });

  it('splits long sources only where no block is open', () => {
    const lines = [
      ...[
        '# Head',
        'Words',
        'Words *of* text',
        '    code',
        '```',
        '```js',
        '~~~ a`b',
        '> quote',
        '>',
        '| a | b |',
      ],
      ...[
        '|---|---|',
        '---',
        '===',
        '-',
        '--',
        '* * *',
        '',
        '',
        '',
        '<div>',
        '</div>',
        '<!--',
        '-->',
        '<!-->',
      ],
      ...[
        '<?php',
        '?>',
        '<![CDATA[',
        ']]>',
        '<pre>',
        '</pre>',
        '<a>',
        '[ref]: /url',
        '   # three',
        '\tTab',
        '2020',
      ],
      ...['#tag', '   text', '  > quote', ':--', 'a | b', '---|---', '   ---', '"quoted', '- item', '1. one'],
    ];
    const blocksOf = (text: string, firstLine: number) =>
      fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }).children.map(
        ({ type, position }) => `${type} ${firstLine + position!.start.line}`,
      );
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...lines), { minLength: 2, maxLength: 10 }), (source) => {
        const cuts = cutLines(source.join('\n'), -1).map(({ line }) => line);
        const pieces = [...new Set(cuts)].flatMap((line, index, all) =>
          blocksOf(source.slice(line, all[index + 1]).join('\n'), line),
        );
        expect(pieces).toEqual(blocksOf(source.join('\n'), 0));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(['{a= ', '{ ', '} ', '{.a '])(
    'takes linear time for a title with a long run of %j',
    async (run) => {
      const title = run.repeat(10_000).trim();
      const { blocks } = await documentOf('a.md', `# ${title}\n\nText.`);
      expect(blocks[0]).toMatchObject({ kind: 'heading', title });
    },
  );

  it('reports a file that contains only front matter as empty', async () => {
    expect(await failureOf('a.md', '---\ntitle: A\n---\n')).toMatchObject({ code: 'FILE_EMPTY' });
  });
});
