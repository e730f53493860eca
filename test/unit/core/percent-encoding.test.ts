import { describe, expect, it } from 'vitest';
import { parameterNotUtf8 } from '../../../src/core/index.ts';

describe('parameterNotUtf8', () => {
  it.each(['', '?', '?q=caf%C3%A9&k=3', 'q=100%&r=%zz&s=%4', '?q=%ED%95%9C+x', 'q=%e2%82%ac'])(
    'returns undefined for the UTF-8 query %j',
    (query) => {
      expect(parameterNotUtf8(query)).toBeUndefined();
    },
  );

  it.each([
    ['?q=%FF', 'q'],
    ['q=ok&name=%C3', 'name'],
    ['?a=1&b=%ff=2&c=%ff', 'b'],
    ['%fe', '%fe'],
    ['q=%c3%28', 'q'],
  ])('names the invalid parameter of %j', (query, name) => {
    expect(parameterNotUtf8(query)).toBe(name);
  });
});
