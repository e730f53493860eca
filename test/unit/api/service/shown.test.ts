import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, shown, truncateChunks } from '../../../../src/api/service/shown.ts';
import type { Hit, Metadata } from '../../../../src/core/index.ts';

const hit = (text: string, metadata: Metadata = {}, title = 'Title', at = 0): Hit => ({
  id: `id-${at}`,
  documentId: `document-${at}`,
  ordinal: at,
  title,
  text,
  start: 0,
  end: text.length,
  headingPath: ['Top'],
  metadata,
  score: 1,
  scores: { lexical: 1 },
});
const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('chunks of an answer', () => {
  it('take at most 200 KB as JSON in total, whatever they contain, and none is dropped', () => {
    const unit = fc.constantFrom('가', 'a', '"', '\n', '\u0001', '😀', '\ud800');
    const long = (most: number) =>
      fc.tuple(unit, fc.nat(most)).map(([character, length]) => character.repeat(length));
    const hits = fc.array(
      fc.record({
        text: long(5_000),
        title: long(3_000),
        metadata: fc.dictionary(fc.string({ maxLength: 8 }), long(40_000), { maxKeys: 3 }),
      }),
      { minLength: 1, maxLength: 50 },
    );
    fc.assert(
      fc.property(hits, (given) => {
        const whole = given.map(({ text, title, metadata }, at) => hit(text, metadata, title, at));
        const chunks = truncateChunks(whole);
        expect(bytes(chunks)).toBeLessThanOrEqual(200_000);
        expect(chunks.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
        for (const [at, { text }] of chunks.entries()) expect(whole[at]!.text.startsWith(text)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('have shortened texts if 50 Korean texts of 2,000 characters would take 300 KB', () => {
    const chunks = truncateChunks(
      Array.from({ length: 50 }, (_, at) => hit('가'.repeat(2_000), {}, '제목', at)),
    );
    expect(chunks.map(({ text }) => text.length)).toEqual(Array(50).fill(1_000));
    expect(bytes(chunks)).toBeLessThanOrEqual(200_000);
  });

  it('all keep their texts if the metadata is too large, but only the best hits keep their metadata', () => {
    const chunks = truncateChunks(
      Array.from({ length: 50 }, (_, at) => hit('x'.repeat(1_500), { note: 'n'.repeat(8_000) }, 'Title', at)),
    );
    expect(chunks.map(({ text }) => text.length)).toEqual(Array(50).fill(1_500));
    expect(chunks.map(({ metadata }) => 'note' in metadata)).toEqual(
      Array.from({ length: 50 }, (_, at) => at < 6),
    );
  });

  it('remain complete, except that a hit with huge metadata loses its metadata', () => {
    const chunks = truncateChunks([
      hit('first', { huge: 'h'.repeat(300_000) }),
      hit('second', { year: 2024 }),
    ]);
    expect(chunks.map(({ text, metadata }) => [text, metadata])).toEqual([
      ['first', {}],
      ['second', { year: 2024 }],
    ]);
  });

  it('keep more of the texts of the best hits if the limit is low', () => {
    const hits = Array.from({ length: 50 }, (_, at) =>
      hit('\u0001'.repeat(2_000), { year: at }, 'Title', at),
    );
    const chunks = truncateChunks(hits, 40_000);
    expect(bytes(chunks)).toBeLessThanOrEqual(40_000);
    const lengths = chunks.map(({ text }) => text.length);
    expect(lengths[0]).toBe(500);
    expect(lengths.at(-1)).toBeLessThan(100);
  });

  it('keep the first 2,000 characters of each text if the limit allows', () => {
    const [long, short] = truncateChunks([hit('x'.repeat(2_001)), hit('short', { year: 2024 })]);
    expect([long!.text.length, short!.text, short!.metadata]).toEqual([2_000, 'short', { year: 2024 }]);
  });

  it('have a bounded size even with the longest ids that /generate accepts', () => {
    const hits = Array.from({ length: 50 }, (_, at) => ({
      ...hit('가'.repeat(2_000), { note: '나'.repeat(50_000) }, '다'.repeat(10_000), at),
      id: '라'.repeat(1_000),
      documentId: '마'.repeat(1_000),
    }));
    // The ids alone take 300 KB; they are never truncated, but all other fields are.
    const alone = bytes(hits.map(({ id, documentId }) => ({ id, documentId })));
    expect(bytes(truncateChunks(hits))).toBeLessThan(alone + 50 * 1_000);
  });
});

describe('a hit of /retrieve', () => {
  it('is complete, without fields that only the searcher needs', () => {
    const one = shown(hit('x'.repeat(5_000)));
    expect(one.text).toHaveLength(5_000);
    expect(Object.keys(one).sort()).toEqual(
      ['documentId', 'end', 'id', 'metadata', 'score', 'scores', 'start', 'text', 'title'].sort(),
    );
  });
});

describe('cut', () => {
  it('does not split a surrogate pair', () => {
    expect(cut('a😀b', 2)).toBe('a');
    expect(cut('a😀b', 3)).toBe('a😀');
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('😀', 0)).toBe('');
  });
});
