import { describe, expect, it } from 'vitest';
import { fieldOptions, fusionOption, jsonOption, parameterOptions } from '../../../src/cli/options.ts';
import { cutToWidth, displayWidth, formatBytes, formatDuration, table } from '../../../src/cli/output.ts';
import { style, unstyled } from '../../../src/cli/terminal.ts';

describe('text for a terminal', () => {
  it('is measured with two columns for a wide character and none for a combining mark', () => {
    expect(['ab', '한글', 'e\u0301', '👍', style.bold('ab')].map(displayWidth)).toEqual([2, 4, 1, 2, 2]);
  });

  it('is truncated to a width, with an ellipsis if anything is omitted', () => {
    expect(cutToWidth('short', 5)).toBe('short');
    expect(cutToWidth('longer', 5)).toBe('long…');
    expect(cutToWidth('한글문서', 5)).toBe('한글…');
  });

  it('has aligned table columns, with numbers aligned to the right', () => {
    const rows = [
      ['한글', '7'],
      ['a', '120'],
    ];
    expect(unstyled(table(['name', 'n'], rows))).toBe('name    n\n한글    7\na     120');
  });

  it('shows sizes and durations in readable units', () => {
    expect([0, 999, 1_000, 2_500_000].map(formatBytes)).toEqual(['0 bytes', '999 bytes', '1.0 kB', '2.5 MB']);
    const durations = [0.25, 12.4, 3_450, 59_980, 119_700, 125_000, 11_220_000];
    expect(durations.map(formatDuration)).toEqual([
      ...['0.3 ms', '12 ms', '3.5 s', '1 min 0 s', '2 min 0 s', '2 min 5 s', '3 h 7 min'],
    ]);
  });
});

describe('options', () => {
  it('parse fields, parameters, fusion and JSON', () => {
    expect(fieldOptions(['year:number', 'tags:string[]'])).toEqual({ year: 'number', tags: 'string[]' });
    expect(parameterOptions(['nprobes=20', 'ef=0'])).toEqual({ nprobes: 20, ef: 0 });
    expect(fusionOption('rrf', undefined)).toEqual({ method: 'rrf' });
    expect(fusionOption(undefined, undefined)).toBeUndefined();
    expect(jsonOption('filter', '{"a": 1}')).toEqual({ a: 1 });
  });

  it.each([
    ['a field without a type', () => fieldOptions(['year']), "'year'"],
    ['a field of an unknown type', () => fieldOptions(['year:date']), "'year:date'"],
    ['a parameter without a value', () => parameterOptions(['nprobes=']), "'nprobes='"],
    ['a parameter that is not a number', () => parameterOptions(['nprobes=many']), "'nprobes=many'"],
    ['an unknown fusion', () => fusionOption('sum', undefined), "'sum'"],
    ['a filter that is not JSON', () => jsonOption('filter', 'year>1'), "'year>1'"],
  ])('reject %s with an error that quotes it', (_, work, words) => {
    expect(work).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(words) }),
    );
  });

  it('do not quote settings, which may contain a secret', () => {
    expect(() => jsonOption('embedder-settings', '"s3cret" {')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('s3cret') }),
    );
  });
});
