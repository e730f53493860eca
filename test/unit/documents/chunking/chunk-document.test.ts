import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block, SourceDocument } from '../../../../src/core/index.ts';
import {
  CHUNKER_VERSION,
  chunkDocument,
  DEFAULT_CHUNKER,
  estimateTokens,
} from '../../../../src/documents/chunking/index.ts';

function documentOf(text: string, blocks: readonly Block[] = [], isRecord = false): SourceDocument {
  const metadata = { year: 2024 };
  return {
    id: 'a.md',
    source: 'a.md',
    title: 'A',
    text,
    blocks,
    metadata,
    mediaType: 'text/markdown',
    isRecord,
  };
}

/** A document made of pieces such as `# Title`, ` ``` code`, or prose, joined by blank lines. */
function structured(pieces: readonly (readonly [Block['kind'], string, number?])[]): SourceDocument {
  const blocks: Block[] = [];
  let text = '';
  for (const [kind, piece, level] of pieces) {
    if (text !== '') text += '\n\n';
    const start = text.length;
    text += piece;
    const heading = kind === 'heading' ? { level: level ?? 1, title: piece.replace(/^#+ /, '') } : {};
    blocks.push({ kind, start, end: text.length, ...heading });
  }
  return documentOf(text, blocks);
}

const settings = (maxTokens: number, overlapTokens = 0) => ({
  version: CHUNKER_VERSION,
  maxTokens,
  overlapTokens,
});
const prose = (words: number, word = 'word'): string =>
  Array.from({ length: words }, (_, index) => `${word}${index % 8 === 7 ? '. Then' : ''}`).join(' ');

describe('chunkDocument', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 600 }),
    fc
      .array(
        fc.constantFrom(
          'The index',
          ' is built. ',
          '\n\n',
          '\n',
          '검색은 문서를 찾는다. ',
          '東京。',
          '🙂',
          'x'.repeat(90),
          '12345 ',
        ),
        { maxLength: 120 },
      )
      .map((pieces) => pieces.join('')),
  );
  const anyDocument = fc
    .array(
      fc.tuple(
        fc.constantFrom('heading', 'paragraph', 'list', 'code', 'table'),
        anyText,
        fc.integer({ min: 1, max: 6 }),
      ),
      { maxLength: 12 },
    )
    .map((pieces) => structured(pieces as [Block['kind'], string, number][]));
  const anySettings = fc
    .integer({ min: 8, max: 80 })
    .chain((max) => fc.integer({ min: 0, max: max >> 1 }).map((overlap) => settings(max, overlap)));

  it('returns ordered chunks with exact offsets, within the budget, that cover all visible characters', () => {
    fc.assert(
      fc.property(anyDocument, anySettings, (document, chosen) => {
        const chunks = chunkDocument(document, chosen);
        let covered = 0;
        for (const [index, chunk] of chunks.entries()) {
          expect(chunk.ordinal).toBe(index);
          expect(chunk.text).toBe(document.text.slice(chunk.start, chunk.end));
          expect(chunk.text).toBe(chunk.text.trim());
          expect(chunk.tokens).toBe(estimateTokens(chunk.text));
          expect(chunk.tokens).toBeLessThanOrEqual(chosen.maxTokens);
          expect(document.text.slice(covered, Math.max(covered, chunk.start)).trim()).toBe('');
          expect(chunk.end).toBeGreaterThan(covered);
          covered = chunk.end;
        }
        expect(document.text.slice(covered).trim()).toBe('');
      }),
      { numRuns: 400 },
    );
  });

  it('returns the same unique ids for the same input, and never splits a surrogate pair', () => {
    fc.assert(
      fc.property(anyDocument, anySettings, (document, chosen) => {
        const ids = chunkDocument(document, chosen).map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(chunkDocument(structuredClone(document), chosen).map(({ id }) => id)).toEqual(ids);
        if (!document.text.isWellFormed()) return;
        for (const { text } of chunkDocument(document, chosen)) expect(text.isWellFormed()).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('does not split a record within the budget, and keeps its white space', () => {
    const text = ' A record.\n\n# not a heading\n\nIts end. ';
    const chunks = chunkDocument(documentOf(text, [], true), DEFAULT_CHUNKER);
    expect(chunks).toHaveLength(1);
    expect(chunks[0]).toMatchObject({
      text,
      start: 0,
      end: text.length,
      ordinal: 0,
      title: 'A',
      metadata: { year: 2024 },
    });
  });

  it('splits a record over the budget between sentences', () => {
    const chunks = chunkDocument(documentOf(prose(400), [], true), settings(100, 10));
    expect(chunks.length).toBeGreaterThan(4);
    for (const { text } of chunks.slice(0, -1)) expect(text).toMatch(/\.$/);
  });

  it('returns no chunks for a text that contains only white space', () => {
    expect(chunkDocument(documentOf(' \n\t\u00a0\n'), DEFAULT_CHUNKER)).toEqual([]);
    expect(chunkDocument({ ...documentOf('', [], true), title: ' ' }, DEFAULT_CHUNKER)).toEqual([]);
  });

  it('returns one chunk for a record with only a title, so that the title is searchable', () => {
    const [chunk, ...others] = chunkDocument(
      { ...documentOf('', [], true), title: 'Alone' },
      DEFAULT_CHUNKER,
    );
    expect(others).toEqual([]);
    expect(chunk).toMatchObject({ title: 'Alone', text: '', start: 0, end: 0 });
  });

  it('derives chunk ids from document and text, and gives repeated texts of a document different ids', () => {
    const twice = structured([
      ['heading', '# One'],
      ['paragraph', prose(70)],
      ['heading', '# One'],
      ['paragraph', prose(70)],
    ]);
    const [first, second] = chunkDocument(twice, settings(128));
    expect(first!.text).toBe(second!.text);
    expect(first!.id).not.toBe(second!.id);
    expect(chunkDocument({ ...twice, id: 'b.md' }, settings(128))[0]!.id).not.toBe(first!.id);
  });

  it('keeps the id of a chunk when another section of the document changes', () => {
    const before = structured([
      ['heading', '# One'],
      ['paragraph', prose(80)],
      ['heading', '# Two'],
      ['paragraph', prose(80)],
    ]);
    const after = structured([
      ['heading', '# One'],
      ['paragraph', prose(90)],
      ['heading', '# Two'],
      ['paragraph', prose(80)],
    ]);
    expect(chunkDocument(after, settings(128))[1]!.id).toBe(chunkDocument(before, settings(128))[1]!.id);
  });

  it('splits at headings, sets the heading path, and keeps a heading with its text', () => {
    const chunks = chunkDocument(
      structured([
        ['heading', '# Guide', 1],
        ['heading', '## Install', 2],
        ['paragraph', prose(80)],
        ['heading', '## Use', 2],
        ['paragraph', prose(80, 'use')],
      ]),
      settings(128),
    );
    expect(chunks.map(({ headingPath }) => headingPath)).toEqual([
      ['Guide', 'Install'],
      ['Guide', 'Use'],
    ]);
    expect(chunks[0]!.text).toMatch(/^# Guide\n\n## Install\n\nword/);
    expect(chunks[1]!.text).toMatch(/^## Use\n\nuse/);
  });

  it('merges small sections with their siblings and keeps their common heading path', () => {
    const pieces = Array.from({ length: 12 }, (_, index) => [
      ['heading', `## Option ${index}`, 2] as const,
      ['paragraph', `Sets thing ${index}.`] as const,
    ]).flat();
    const chunks = chunkDocument(structured([['heading', '# Options', 1], ...pieces]), settings(80));
    expect(chunks.length).toBeLessThanOrEqual(4);
    for (const { headingPath } of chunks) expect(headingPath).toEqual(['Options']);
  });

  it('does not merge a section with the last chunk of a large section above it', () => {
    const chunks = chunkDocument(
      structured([
        ['heading', '# A'],
        ['paragraph', prose(120)],
        ['heading', '# B'],
        ['paragraph', prose(60)],
      ]),
      settings(100),
    );
    expect(
      chunks.filter(({ text }) => text.includes('# B')).map(({ text }) => text.startsWith('# B')),
    ).toEqual([true]);
  });

  it('never splits a code block or table that fits into a chunk, and splits larger ones between lines', () => {
    const code = ['```', ...Array.from({ length: 20 }, (_, index) => `call(${index})`), '```'].join('\n');
    const tokens = estimateTokens(code);
    const document = structured([
      ['heading', '# A'],
      ['paragraph', prose(90)],
      ['code', code],
      ['paragraph', prose(90)],
    ]);
    expect(chunkDocument(document, settings(tokens + 4, 8)).some(({ text }) => text.includes(code))).toBe(
      true,
    );
    const split = chunkDocument(document, settings(tokens >> 1, 8)).filter(({ text }) =>
      text.includes('call('),
    );
    expect(split.length).toBeGreaterThan(1);
    for (const { text } of split) expect(text).not.toMatch(/call\(\d*$/);
  });

  it('repeats the last sentences of a chunk at the start of the next chunk of the same section', () => {
    const sentences = Array.from({ length: 30 }, (_, index) => `Sentence number ${index} stands here.`).join(
      ' ',
    );
    const chunks = chunkDocument(
      structured([
        ['heading', '# A'],
        ['paragraph', sentences],
      ]),
      settings(60, 15),
    );
    for (const [index, chunk] of chunks.slice(1).entries()) {
      const before = chunks[index]!;
      expect(chunk.start).toBeLessThan(before.end);
      expect(estimateTokens(before.text.slice(chunk.start - before.start))).toBeLessThanOrEqual(15);
    }
  });

  /** Sentences with these numbers of tokens. Every word and every full stop is one token. */
  const sentencesOf = (...tokens: readonly number[]): string =>
    tokens.map((count) => `Go${' on'.repeat(count - 2)}.`).join(' ');
  const tokensOf = (text: string, maxTokens: number, overlapTokens = 0): number[] =>
    chunkDocument(documentOf(text), settings(maxTokens, overlapTokens)).map(({ tokens }) => tokens);

  it('adds a sentence that exceeds the target size only to a chunk below 0.6 of that size', () => {
    // 120 tokens need two chunks of at most 100, so the target is 60, and 36 tokens are enough to end a chunk.
    expect(tokensOf(sentencesOf(35, 50, 35), 100)).toEqual([85, 35]);
    expect(tokensOf(sentencesOf(36, 50, 34), 100)).toEqual([36, 50, 34]);
  });

  it('repeats as many sentences as fit into the overlap, and none if the last sentence is longer than it', () => {
    const overlap = (overlapTokens: number): number => {
      const [first, second] = chunkDocument(
        documentOf(sentencesOf(...Array(12).fill(5))),
        settings(30, overlapTokens),
      );
      return estimateTokens(first!.text.slice(second!.start - first!.start));
    };
    expect([0, 4, 5, 9, 10, 14, 15].map(overlap)).toEqual([0, 0, 5, 5, 10, 10, 15]);
  });

  it('ends a chunk before a paragraph that fits completely into the next chunk', () => {
    const [a, b, c] = [6, 5, 5].map((count) => sentencesOf(...Array(count).fill(10)));
    const starts = (text: string) =>
      chunkDocument(documentOf(text), settings(100)).map(({ text: own }) => own.split('\n\n'));
    expect(starts(`${a}\n\n${b}\n\n${c}`)[0]).toEqual([a]);
    // A paragraph that does not fit into the next chunk starts in this one, as far as its sentences fit.
    const long = sentencesOf(...Array(9).fill(10));
    expect(starts(`${a}\n\n${long}`)[0]).toHaveLength(2);
  });

  /** The chunks of sections with these levels and token counts. Each count includes 2 for the heading. */
  const chunksOf = (...sections: readonly (readonly [level: number, tokens: number])[]) =>
    chunkDocument(
      structured(
        sections.flatMap(([level, tokens]) => [
          ['heading', `# ${'ABCDEF'[level]}`, level] as const,
          ...(tokens === 2 ? [] : [['paragraph', sentencesOf(tokens - 2)] as const]),
        ]),
      ),
      settings(100),
    );
  const sizesOf = (...sections: readonly (readonly [level: number, tokens: number])[]): number[] =>
    chunksOf(...sections).map(({ tokens }) => tokens);

  it.each([
    ['up to half the budget', [30, 20], [50]],
    ['not beyond half the budget', [31, 20], [31, 20]],
    ['in order, up to half the budget', [25, 25, 25], [50, 25]],
    ['a remnant below a fifth of the budget', [60, 19], [79]],
    ['not a remnant of a fifth', [60, 20], [60, 20]],
    ['a remnant before its sibling', [19, 60], [79]],
    ['a remnant up to the whole budget', [81, 19], [100]],
    ['not a remnant beyond the whole budget', [82, 19], [82, 19]],
  ] as const)('merges siblings: %s', (_, sections, chunks) => {
    expect(sizesOf(...sections.map((tokens) => [1, tokens] as const))).toEqual(chunks);
  });

  it('does not merge sections of different parents, and puts headings without text before the next text', () => {
    expect(sizesOf([1, 60], [2, 30], [1, 10])).toEqual([60, 30, 10]);
    expect(sizesOf([1, 60], [1, 2])).toEqual([60, 2]);
    expect(sizesOf([1, 2], [1, 60])).toEqual([62]);
    expect(sizesOf([1, 2], [1, 62], [2, 60])).toEqual([64, 60]);
    expect(chunksOf([1, 2], [2, 12]).map(({ headingPath }) => headingPath)).toEqual([['B', 'C']]);
    expect(chunksOf([1, 12], [2, 12]).map(({ headingPath }) => headingPath)).toEqual([['B']]);
    expect(chunksOf([1, 2], [2, 2]).map(({ headingPath }) => headingPath)).toEqual([[]]);
  });

  it('puts a heading into a separate chunk if it does not fit into one chunk with the next text', () => {
    const code = `call${' on'.repeat(89)}`;
    const heading = `# Go${' on'.repeat(28)}`;
    const document = structured([
      ['heading', heading],
      ['code', code],
    ]);
    expect(chunkDocument(document, settings(100)).map(({ text }) => text)).toEqual([heading, code]);
  });

  it('splits Korean prose between sentences', () => {
    const text = Array.from(
      { length: 40 },
      (_, index) => `문서 ${index}의 내용을 검색하여 답을 찾습니다.`,
    ).join(' ');
    const chunks = chunkDocument(documentOf(text), settings(100, 0));
    expect(chunks.length).toBeGreaterThan(3);
    for (const chunk of chunks) expect(chunk.text).toMatch(/찾습니다\.$/);
  });

  it('splits a million characters without white space, and loses none of them', () => {
    const chunks = chunkDocument(documentOf('한'.repeat(1_000_000)), settings(512));
    expect(chunks.map(({ text }) => text).join('')).toHaveLength(1_000_000);
  });

  it.each([
    [{ version: 1, maxTokens: 7, overlapTokens: 0 }, 'budget is 7'],
    [{ version: 1, maxTokens: 10.5, overlapTokens: 0 }, 'budget is 10.5'],
    [{ version: 1, maxTokens: 100, overlapTokens: 51 }, 'overlap is 51'],
    [{ version: 1, maxTokens: 100, overlapTokens: -1 }, 'overlap is -1'],
  ])('rejects invalid settings: %j', (wrong, message) => {
    expect(() => chunkDocument(documentOf('text'), wrong)).toThrowError(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) }),
    );
  });
});
