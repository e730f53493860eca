import { describe, expect, it } from 'vitest';
import { parameterNotUtf8 } from '../../../src/core/index.ts';

describe('a query string', () => {
  it.each(['', '?', '?q=caf%C3%A9&k=3', 'q=100%&r=%zz&s=%4', '?q=%ED%95%9C+x', 'q=%e2%82%ac'])(
    'is UTF-8: %j',
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
  ])('%j is not, and the parameter is named', (query, name) => {
    expect(parameterNotUtf8(query)).toBe(name);
  });
});
