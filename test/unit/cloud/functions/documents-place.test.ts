import { describe, expect, it } from 'vitest';
import { DocumentsPlace } from '../../../../src/cloud/functions/ingest/documents-place.ts';

describe('the documents of a deployment', () => {
  const place = new DocumentsPlace({ kind: 's3', bucket: 'b', prefix: 'srag/prod' }, 'guide');

  it("are stored below the deployment's prefix in its bucket", () => {
    expect(place.prefix).toBe('srag/prod/documents/guide/');
    const held = (key: string, bucket = 'b') => place.holds(bucket, key);
    expect(held('srag/prod/documents/guide/a.md')).toBe(true);
    expect(held('srag/prod/documents/guide/a.md', 'c')).toBe(false);
    expect(held('documents/guide/a.md')).toBe(false);
    expect(held('x/srag/prod/documents/guide/a.md')).toBe(false);
    expect(held('srag/prod/documents/guide-2/a.md')).toBe(false);
  });

  it("have a key in the bucket, a key below the location's prefix, and a source name in NFC", () => {
    const key = 'srag/prod/documents/guide/caf\u0065\u0301.md';
    expect(place.object(key)).toEqual({
      key: 'documents/guide/caf\u0065\u0301.md',
      source: 'caf\u00e9.md',
    });
    expect(place.keyOf('a/b.md')).toBe('srag/prod/documents/guide/a/b.md');
    const whole = new DocumentsPlace({ kind: 's3', bucket: 'b', prefix: '' }, 'guide');
    expect(whole.object('documents/guide/a.md')).toEqual({ key: 'documents/guide/a.md', source: 'a.md' });
  });

  it('are the only ones that a batch may contain; the error for another batch shows the correct state machine input', () => {
    const batch = { bucket: 'b', collection: 'guide', keys: ['srag/prod/documents/guide/a.md'] };
    expect(() => place.checkBatch(batch)).not.toThrow();
    const remedy = expect.stringContaining(
      '{"bucket":"b","prefix":"srag/prod/documents/guide/","collection":"guide"}',
    );
    for (const [field, wrong] of [
      ['bucket', { bucket: 'c' }],
      ['collection', { collection: 'other' }],
      ['prefix', { keys: [...batch.keys, 'documents/guide/a.md'] }],
    ] as const)
      expect(() => place.checkBatch({ ...batch, ...wrong })).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT', fields: { field }, remedy }),
      );
  });
});
