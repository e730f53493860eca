import { describe, expect, it } from 'vitest';
import { collectionPrefix, searchedText, withoutTrailingSlashes } from '../../../src/core/index.ts';

describe('the name of a collection', () => {
  it.each(['a', '0', 'handbook', 'a-b_c9', 'a'.repeat(63)])('may be %s, and is its prefix', (name) => {
    expect(collectionPrefix(name)).toBe(`${name}/`);
  });

  it.each(['', 'A', '-a', '_a', 'a/b', '../a', 'a b', 'ä', 'a\n', 'a'.repeat(64)])(
    'may not be %j',
    (name) => {
      expect(() => collectionPrefix(name)).toThrow(
        expect.objectContaining({
          code: 'INVALID_ARGUMENT',
          message: expect.stringContaining(`'${name}'`),
          remedy: expect.stringContaining('1 to 63'),
          fields: { field: 'collection', value: name },
        }),
      );
    },
  );
});

describe('the text that is searched', () => {
  it('is title and text with a space between, or the one of them that there is', () => {
    expect(searchedText({ title: 'Title', text: 'Text.' })).toBe('Title Text.');
    expect(searchedText({ title: '', text: 'Text.' })).toBe('Text.');
    expect(searchedText({ title: 'Title', text: '' })).toBe('Title');
  });
});

describe('slashes at the end', () => {
  it.each([
    ['a', 'a'],
    ['a/', 'a'],
    ['/a//b///', '/a//b'],
    ['///', ''],
    ['', ''],
  ])('are taken off %j', (text, without) => {
    expect(withoutTrailingSlashes(text)).toBe(without);
  });
});
