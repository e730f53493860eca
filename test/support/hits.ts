import type { Hit } from '../../src/core/index.ts';

/** A hit for tests; `text` starts at offset `start` of its document. */
export function testHit(id: string, score: number, given: Partial<Hit> = {}): Hit {
  const text = given.text ?? `Text of ${id}.`;
  const start = given.start ?? 0;
  return {
    id,
    documentId: `document of ${id}`,
    ordinal: 0,
    title: `Title of ${id}`,
    text,
    start,
    end: start + text.length,
    headingPath: [],
    metadata: {},
    score,
    scores: {},
    ...given,
  };
}
