import fc from 'fast-check';
import ignore from 'ignore';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { globTest, IgnorePatterns } from '../../../../src/documents/loaders/globs.ts';

const paths = fc
  .array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.', 'd'), minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 4,
  })
  .filter((parts) => parts.every((part) => part !== '.' && part !== '..'))
  .map((parts) => parts.join('/'));
const globOf = (parts: readonly string[]) =>
  fc
    .array(fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 3,
    })
    .map((segments) => segments.map((segment) => segment.join('')).join('/'));

describe('globTest', () => {
  it.each([
    ['*.md', ['a.md', 'x/y/a.md', '.md'], ['a.mdx', 'a.md.txt']],
    ['docs/*.md', ['docs/a.md'], ['docs/x/a.md', 'x/docs/a.md']],
    ['docs/**/*.md', ['docs/a.md', 'docs/x/y/a.md'], ['docs/a.txt', 'a.md']],
    ['docs', ['docs', 'docs/a', 'x/docs/y/a'], ['docs2', 'x/adocs']],
    ['docs/**', ['docs', 'docs/a', 'docs/x/a'], ['x/docs/a']],
    ['./docs/', ['docs/a', 'x/docs/a'], ['doc']],
    ['**/x/**/y', ['x/y', 'a/x/b/c/y', 'x/y/z'], ['x', 'y']],
    ['a?c', ['abc', 'x/abc'], ['ac', 'a/c', 'abbc']],
    ['[a-c]1', ['a1', 'c1'], ['d1', 'A1']],
    ['[!a-c]1', ['d1'], ['a1']],
    ['[]x]', [']', 'x'], ['[]x]']],
    ['{a,b}.md', ['a.md', 'b.md'], ['c.md', 'ab.md']],
    ['{a,{b,c}}.md', ['a.md', 'c.md'], ['d.md']],
    ['{a,}b', ['ab', 'b'], ['aab']],
    ['{docs/**,src/*.ts}', ['docs/x/y', 'src/a.ts'], ['src/x/a.ts']],
    ['page{1..12}.md', ['page1.md', 'page12.md'], ['page13.md', 'page0.md']],
    ['v{a..c}', ['va', 'vc'], ['vd']],
    ['@(a|b)+(1|2)?(x)*(y)', ['a1', 'b1221', 'a2xyy'], ['a', 'c1', 'a1xx']],
    ['a\\*b', ['a*b'], ['axb']],
    ['report (1).md', ['report (1).md'], ['report 1.md']],
    ['{a', ['{a'], ['a']],
    ['{a}', ['{a}'], ['a']],
    ['[a', ['[a'], ['a']],
    ['한글*', ['한글 문서.md', 'x/한글'], ['문서']],
  ])('matches exactly the expected paths with the glob %s', (glob, fits, others) => {
    const test = globTest([glob], 'include');
    expect(fits.filter((path) => !test(path))).toEqual([]);
    expect(others.filter(test)).toEqual([]);
  });

  it('matches the same paths as the package picomatch', () => {
    const glob = globOf(['a', 'b', 'c', 'ab', '*', '?', '[ab]', '[^a]', '{a,b}', '{ab,c}', '.']);
    const property = fc.property(glob, paths, (given, path) => {
      const anchored = given.includes('/') ? given : `**/${given}`;
      fc.pre(!/\*\*|\/\.|^\.|\*\?|\?\*/.test(given));
      expect(globTest([given], 'include')(path)).toBe(
        picomatch([anchored, `${anchored}/**`], { dot: true })(path),
      );
    });
    fc.assert(property, { numRuns: 3_000 });
  });

  it.each([
    '*a'.repeat(400),
    '**/'.repeat(300),
    '+(a|aa)'.repeat(100),
    '*(*(*(*(a))))b',
    '@(a|ab|abc|*)'.repeat(70),
    '{a,b}'.repeat(190),
    '{a,{a,{a,{a,{a,b}}}}}'.repeat(40),
    `${'('.repeat(500)}`,
    `${'@('.repeat(400)}a`,
    '?'.repeat(999),
    '[a-z]*'.repeat(160),
  ])('takes time proportional to the lengths of glob and path: %.30s', (glob) => {
    const test = globTest([glob], 'exclude');
    const hostile = [`${'a'.repeat(255)}.md`, Array(40).fill('a'.repeat(100)).join('/')];
    for (const path of hostile) expect(typeof test(path)).toBe('boolean');
  });

  it.each([
    ['an empty glob', ['  '], /is empty/],
    ['a long glob', ['x'.repeat(1_001)], /the limit is 1000/],
    ['many globs', Array(40_000).fill('x'), /the limit is 32768/],
    ['a negated glob', ['!docs/*.md'], /negated/],
    ['a negated group', ['a!(b)'], /negated group/],
    ['a huge range', ['{1..1000000000}'], /more than 1000 values|characters/],
  ])('rejects %s', (_, globs, message) => {
    expect(() => globTest(globs, 'exclude')).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(message),
        remedy: expect.any(String),
      }),
    );
  });
});

describe('an ignore file', () => {
  const verdict = (text: string, path: string, isFolder = false) =>
    new IgnorePatterns(text, '.sragignore').verdict(path, isFolder);

  it.each([
    ['*.txt\n!keep.txt', 'x/keep.txt', 'taken'],
    ['*.txt\n!keep.txt', 'x/drop.txt', 'ignored'],
    ['drafts/', 'a/drafts/x.md', 'ignored'],
    ['drafts/', 'a/drafts', undefined],
    ['/old.md', 'sub/old.md', undefined],
    ['docs/**', 'docs/a', 'ignored'],
    ['docs/**', 'docs', undefined],
    ['drafts/\n!drafts/keep.md', 'drafts/keep.md', 'ignored'],
    ['\\#a', '#a', 'ignored'],
    ['\\!a', '!a', 'ignored'],
    ['a\\ ', 'a ', 'ignored'],
    ['a  ', 'a', 'ignored'],
    ['README.MD', 'docs/readme.md', 'ignored'],
    ['{a,b}', 'a', undefined],
    ['# a\n\n', 'a', undefined],
  ])('with the patterns %j classifies the path %s as %s', (text, path, expected) => {
    expect(verdict(text, path)).toBe(expected);
  });

  it('ignores the same paths as the npm package `ignore`', () => {
    const pattern = fc
      .tuple(
        fc.constantFrom('', '', '!', '/'),
        globOf(['a', 'b', 'ab', '*', '?', '[ab]', '**', '.']),
        fc.constantFrom('', '', '/'),
      )
      .map((parts) => parts.join(''))
      .filter((line) => !/\*\*[^/]|[^/!]\*\*|^!?\/?\*\*\/?$|\*\*\/\*\*/.test(line));
    const property = fc.property(
      fc.array(pattern, { minLength: 1, maxLength: 4 }),
      paths,
      fc.boolean(),
      (lines, path, isFolder) => {
        const { ignored, unignored } = ignore()
          .add(lines.join('\n'))
          .test(isFolder ? `${path}/` : path);
        expect(verdict(lines.join('\n'), path, isFolder)).toBe(
          ignored ? 'ignored' : unignored ? 'taken' : undefined,
        );
      },
    );
    fc.assert(property, { numRuns: 3_000 });
  });

  it('takes time proportional to the lengths of the file and the path', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `${'*a'.repeat(400)}${index}`);
    expect(verdict(lines.join('\n'), 'a'.repeat(255))).toBeUndefined();
    expect(verdict(`${'**/'.repeat(300)}x`, Array(40).fill('a'.repeat(100)).join('/'))).toBeUndefined();
  });

  it.each([
    ['x'.repeat(1_001), /the limit is 1000/],
    ['some/path\n'.repeat(5_000), /the limit is 32768/],
  ])('is rejected if its patterns are too long', (text, message) => {
    expect(() => verdict(text, 'a')).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(message) }),
    );
  });
});
