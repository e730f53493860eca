import { describe, expect, it } from 'vitest';
import { collectionPrefix, searchedText, withoutTrailingSlashes } from '../../../src/core/index.ts';

describe('collectionPrefix', () => {
  it.each(['a', '0', 'handbook', 'a-b_c9', 'a'.repeat(63)])(
    'accepts the name %s and appends a slash',
    (name) => {
      expect(collectionPrefix(name)).toBe(`${name}/`);
    },
  );

  it.each(['', 'A', '-a', '_a', 'a/b', '../a', 'a b', 'ä', 'a\n', 'a'.repeat(64)])(
    'rejects the name %j',
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

describe('searchedText', () => {
  it('joins title and text with a space; if either is empty, returns the other', () => {
    expect(searchedText({ title: 'Title', text: 'Text.' })).toBe('Title Text.');
    expect(searchedText({ title: '', text: 'Text.' })).toBe('Text.');
    expect(searchedText({ title: 'Title', text: '' })).toBe('Title');
  });
});

describe('withoutTrailingSlashes', () => {
  it.each([
    ['a', 'a'],
    ['a/', 'a'],
    ['/a//b///', '/a//b'],
    ['///', ''],
    ['', ''],
  ])('strips %j', (text, without) => {
    expect(withoutTrailingSlashes(text)).toBe(without);
  });
});
