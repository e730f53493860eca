import { describe, expect, it } from 'vitest';
import { nearestName, unknownName } from '../../../src/core/index.ts';

describe('the nearest name', () => {
  const kinds = ['lancedb-flat', 'lancedb-ivf-flat', 'lancedb-ivf-pq'];
  it.each([
    ['lancedb-flt', 'lancedb-flat'],
    ['LanceDB-IVF-PQ', 'lancedb-ivf-pq'],
    ['lancedb_ivf_flat', 'lancedb-ivf-flat'],
    ['opensearch', undefined],
    ['', undefined],
  ])('of %s is %s', (name, expected) => {
    expect(nearestName(name, kinds)).toBe(expected);
  });

  it('is undefined if short names differ in most letters', () => {
    expect(nearestName('x', ['id', 'a'])).toBeUndefined();
    expect(nearestName('yaer', ['year', 'tags'])).toBe('year');
  });

  it('appears in the remedy for an unknown name; the message lists the known names', () => {
    expect(unknownName('UNKNOWN_INDEX_KIND', 'index kind', 'lancedb-flt', kinds)).toMatchObject({
      message: `Unknown index kind 'lancedb-flt' (known: ${kinds.join(', ')}).`,
      remedy: "Did you mean 'lancedb-flat'?",
      fields: { name: 'lancedb-flt', allowed: kinds, nearest: 'lancedb-flat' },
    });
    expect(unknownName('UNKNOWN_COLLECTION', 'collection', 'zzz', ['a']).remedy).toBe(
      'Use one of the known ones.',
    );
    expect(unknownName('UNKNOWN_COLLECTION', 'collection', 'zzz', []).message).toContain('none exist yet');
  });
});
