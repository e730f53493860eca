import { describe, expect, it } from 'vitest';
import { documentOf } from './load-all.ts';

describe('front matter', () => {
  it('keeps the exact digits of integers that look like identifiers', async () => {
    const source = '---\nid: 12345678901234567890\nzip: 01234\nyear: 2024\nids: [007, -5]\n---\nText.';
    expect((await documentOf('a.md', source)).metadata).toEqual({
      id: '12345678901234567890',
      zip: '01234',
      year: 2024,
      ids: ['007', -5],
    });
  });
});
