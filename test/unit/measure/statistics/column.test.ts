import { describe, expect, it } from 'vitest';
import { Column } from '../../../../src/measure/statistics/column.ts';

describe('Column', () => {
  it('keeps the order of values that are added one by one and in lists, beyond its initial capacity', () => {
    const column = Column.numbers();
    for (let value = 0; value < 3_000; value++) column.add(value);
    column.append(Float64Array.from({ length: 5_000 }, (_, index) => 3_000 + index));
    column.append([8_000]);
    expect(column.length).toBe(8_001);
    expect(column.values().every((value, index) => value === index)).toBe(true);
  });
});
