import { describe, expect, it } from 'vitest';
import { FieldMismatches } from '../../../../src/corpus/ingest/field-mismatches.ts';

describe('field mismatches', () => {
  it('are counted, with the first one as example; missing and convertible values do not count', () => {
    const mismatches = new FieldMismatches({ year: 'number', tags: 'string[]' });
    mismatches.add({ id: 'a', metadata: { year: 'last year', tags: 'x' } });
    mismatches.add({ id: 'b', metadata: { year: '2024' } });
    mismatches.add({ id: 'c', metadata: { year: [2024], tags: [{ name: 'x' }] } });
    expect(mismatches.list()).toEqual([
      { field: 'year', type: 'number', documents: 2, example: { documentId: 'a', value: '"last year"' } },
      {
        field: 'tags',
        type: 'string[]',
        documents: 1,
        example: { documentId: 'c', value: '[{"name":"x"}]' },
      },
    ]);
  });
});
