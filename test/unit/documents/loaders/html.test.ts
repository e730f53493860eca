import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockTexts, documentOf, failureOf } from './load-all.ts';

describe('the HTML loader', () => {
  it('reads visible text with headings, lists, tables and code as blocks', async () => {
    const document = await documentOf(
      'a.html',
      `<!doctype html><html lang="en"><head><title> A &amp; B </title><meta name="description" content="About it">
       <style>p { color: red }</style></head><body><nav>Home</nav>
       <h1>Main <em>title</em></h1><p>First   line<br>second &eacute;.</p><div>Loose <b>text</b></div>
       <ul><li>one</li><li>two<ul><li>inner</li></ul></li></ul>
       <pre>x = 1
  y = 2</pre>
       <table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>
       <script>alert(1)</script><template>hidden</template><p hidden>no</p><p style="display:none">no</p></body></html>`,
    );
    expect(document).toMatchObject({
      title: 'A & B',
      metadata: { lang: 'en', description: 'About it' },
      mediaType: 'text/html',
    });
    expect(blockTexts(document)).toEqual([
      ['heading', 'Main title'],
      ['paragraph', 'First line\nsecond é.'],
      ['paragraph', 'Loose text'],
      ['list', '- one\n- two\n  - inner'],
      ['code', 'x = 1\n  y = 2'],
      ['table', 'a | b\n1 | 2'],
    ]);
    expect(document.blocks[0]).toMatchObject({ level: 1, title: 'Main title' });
    expect(document.text).not.toMatch(/Home|alert|hidden|no$/);
  });

  it('omits navigation by its role, and the permalinks of headings', async () => {
    const document = await documentOf(
      'a.html',
      `<h2>Pumps<a class="headerlink" href="#pumps" title="Permalink">¶</a></h2>
       <p>See <a href="#limits">limits</a> and item <a href="#one">1</a>.</p>
       <div role="navigation"><h3>Table of Contents</h3><ul><li>Pumps</li></ul></div>`,
    );
    expect(blockTexts(document)).toEqual([
      ['heading', 'Pumps'],
      ['paragraph', 'See limits and item 1.'],
    ]);
  });

  it.each([
    [
      'list items',
      '<ol><li>Write:<pre><code>def f(x):\n    if x:\n        return 1\n</code></pre></li><li>Run it.</li></ol>',
      [['list', '- Write:\ndef f(x):\n    if x:\n        return 1\n- Run it.']],
    ],
    [
      'nested lists',
      '<ul><li>a<ul><li>b<pre>x\n  y</pre>after</li></ul></li></ul>',
      [['list', '- a\n  - b\nx\n  y\nafter']],
    ],
    [
      'table cells',
      '<table><tr><td><pre>1\n2</pre></td><td>see <pre>a: 1\nb:\n  c: 2</pre></td><td>end</td></tr></table>',
      [['table', '1\n2 | see\na: 1\nb:\n  c: 2 | end']],
    ],
    [
      'rows with empty cells',
      '<table><caption>Sales</caption><tr><th></th><th>2019</th><th>2018</th></tr><tr><td>Other</td><td>44</td><td></td></tr><tr><td></td><td></td><td>1</td></tr></table>',
      [['table', 'Sales\n| 2019 | 2018\nOther | 44 |\n| | 1']],
    ],
    [
      'tables that begin with an empty cell',
      '<table><tr><td></td><td>1</td></tr></table>',
      [['table', '| 1']],
    ],
    [
      'quotes',
      '<blockquote>Q<pre>a\n  b</pre></blockquote>',
      [
        ['paragraph', 'Q'],
        ['code', 'a\n  b'],
      ],
    ],
    [
      'quotes in lists',
      '<ul><li><blockquote><pre>a\n  b</pre></blockquote></li></ul>',
      [['list', '- a\n  b']],
    ],
    [
      'elements with a style',
      '<ul><li><code style="white-space: pre">a\n  b</code></li></ul>',
      [['list', '- a\n  b']],
    ],
    [
      'lines with elements of their own',
      '<pre><div>a</div><div>  b</div>\n<p>c</p></pre>',
      [['code', 'a\n  b\nc']],
    ],
    ['coloured code', '<pre>\n\n<b>if</b> x:<br>\n  <i>y</i>\n\n</pre>', [['code', 'if x:\n\n  y']]],
  ])('keeps lines and indentation of preformatted text in %s', async (_, html, expected) => {
    expect(blockTexts(await documentOf('a.html', html))).toEqual(expected);
  });

  it('without a title element uses the first h1 as title, or the file name if there is no h1', async () => {
    expect((await documentOf('a.html', '<h2>x</h2><h1>Head</h1>')).title).toBe('Head');
    expect((await documentOf('page.htm', '<p>x')).title).toBe('page');
  });

  it('reports a page without visible text as empty', async () => {
    expect(await failureOf('a.html', '<script>render()</script>')).toMatchObject({ code: 'FILE_EMPTY' });
  });

  it('reads pages with elements nested 100,000 levels deep', async () => {
    expect((await documentOf('a.html', `${'<div>'.repeat(100_000)}deep`)).text).toBe('deep');
  });

  it('returns ordered blocks that cover all text, for any tag soup', async () => {
    const piece = fc.constantFrom(
      '<p>',
      '</p>',
      '<ul>',
      '<li>',
      '</li>',
      '</ul>',
      '<table>',
      '<td>',
      '</table>',
      '<pre>',
      '</pre>',
      '<h2>',
      '</h2>',
      '<div>',
      '</div>',
      '<br>',
      ' word ',
      'a\n b',
      '&lt;',
      '<b>',
      '</b>',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
        const document = await documentOf('a.html', `x${pieces.join('')}`);
        let position = 0;
        for (const { start, end } of document.blocks) {
          expect(document.text.slice(position, start).trim()).toBe('');
          expect(end).toBeGreaterThan(start);
          position = end;
        }
        expect(document.text.slice(position).trim()).toBe('');
      }),
      { numRuns: 200 },
    );
  });
});
