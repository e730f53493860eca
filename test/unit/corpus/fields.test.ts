import { describe, expect, it } from 'vitest';
import { fieldValue, fitsField } from '../../../src/corpus/index.ts';

describe('declared fields', () => {
  it.each([
    ['2024', 'number', 2024],
    [' -1.5e3 ', 'number', -1500],
    ['.5', 'number', 0.5],
    ['1e999', 'number', null],
    ['', 'number', null],
    ['0x10', 'number', null],
    ['about 5', 'number', null],
    [true, 'number', null],
    [2024, 'string', '2024'],
    [false, 'string', 'false'],
    [['a'], 'string', null],
    ['True', 'boolean', true],
    ['false', 'boolean', false],
    ['yes', 'boolean', null],
    [1, 'boolean', null],
    ['pump', 'string[]', ['pump']],
    [7, 'string[]', ['7']],
    [['a', 2, true, null, { b: 1 }], 'string[]', ['a', '2', 'true']],
    [[], 'string[]', []],
    [{ a: 1 }, 'string[]', null],
    [undefined, 'string[]', null],
    [null, 'string', null],
  ] as const)('convert the value %j of a field of type %s to %j', (value, type, expected) => {
    expect(fieldValue(value, type)).toEqual(expected);
  });

  it.each([
    ['about 5', 'number', false],
    ['5', 'number', true],
    [undefined, 'number', true],
    [['a', { b: 1 }], 'string[]', false],
    [['a', 1], 'string[]', true],
    [{ a: 1 }, 'string', false],
  ] as const)('can decide whether %j fits the type %s: %s', (value, type, expected) => {
    expect(fitsField(value, type)).toBe(expected);
  });
});
