import type { ShownChunk } from './port.ts';

const DEFAULT_TOP_K = 10;

/** Fixed hits, as many as requested. */
export const mockHits = (topK: number = DEFAULT_TOP_K): ShownChunk[] =>
  Array.from({ length: topK }, (_, rank) => {
    const text = `Fixed passage ${rank + 1}: it does not come from an index.`;
    return {
      id: `mock-${rank + 1}`,
      documentId: 'mock',
      title: 'Mock',
      text,
      start: 0,
      end: text.length,
      metadata: {},
      score: 1 / (rank + 1),
      scores: {},
    };
  });
