import { describe, expect, it } from 'vitest';
import { parseIndexSelector } from '../../../src/core/index.ts';

describe('parseIndexSelector', () => {
  it.each([
    ['snapshot', { kind: 'snapshot' }],
    ['snapshot@20261130T020239-b662', { kind: 'snapshot', version: '20261130T020239-b662' }],
    ['@1', { kind: '', version: '1' }],
    ['snapshot@', { kind: 'snapshot', version: '' }],
    ['a@b@c', { kind: 'a', version: 'b@c' }],
  ])('splits %s at the first @', (selector, expected) => {
    expect(parseIndexSelector(selector)).toEqual(expected);
  });
});
