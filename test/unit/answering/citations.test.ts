import { describe, expect, it } from 'vitest';
import { checkCitations } from '../../../src/answering/citations.ts';
import type { SourcedPassage } from '../../../src/answering/passages.ts';

const passage = (marker: number, sourceText: string, start = 0): SourcedPassage => ({
  passage: {
    marker,
    chunkId: `chunk${marker}`,
    documentId: `doc${marker}`,
    title: 'T',
    headingPath: [],
    score: 1,
    text: sourceText,
  },
  start,
  sourceText,
});
const LEAVE = 'Ask two weeks ahead. There are twenty-five\n   days of leave. Illness is another matter.';
const KOREAN = '프린터는 삼층에 있다. 비밀번호는 7391이다.';
const passages = [passage(1, LEAVE, 100), passage(2, KOREAN)];

describe('the citations of an answer', () => {
  it('quote the sentence that the answer repeats, with offsets into the document', () => {
    const { text, citations, dropped } = checkCitations('There are twenty-five days of leave. [1]', passages);
    expect({ text, dropped }).toEqual({ text: 'There are twenty-five days of leave. [1]', dropped: 0 });
    const quote = 'There are twenty-five\n   days of leave.';
    const start = 100 + LEAVE.indexOf('There');
    expect(citations).toEqual([
      {
        marker: 1,
        chunkId: 'chunk1',
        documentId: 'doc1',
        title: 'T',
        start,
        end: start + quote.length,
        quote,
      },
    ]);
  });

  it('quote the sentence that is most alike where the answer has words of its own', () => {
    const { citations } = checkCitations(
      'The leave of twenty-five days is generous [1]. 비밀번호가 7391입니다 [2].',
      passages,
    );
    expect(citations.map(({ quote }) => quote)).toEqual([
      'There are twenty-five\n   days of leave.',
      '비밀번호는 7391이다.',
    ]);
  });

  it('are dropped, counted and taken out where they point to no passage or to one without a shared word', () => {
    const { text, citations, dropped } = checkCitations('Penguins swim [2]. Leave is granted [9].', passages);
    expect({ text, dropped, citations }).toEqual({
      text: 'Penguins swim. Leave is granted.',
      dropped: 2,
      citations: [],
    });
  });

  it('may be several for one statement, and one only once', () => {
    const answer = 'There are twenty-five days of leave [1][2]. There are twenty-five days of leave [1].';
    const { citations, dropped } = checkCitations(answer, [passage(1, LEAVE), passage(2, `Copy. ${LEAVE}`)]);
    expect(citations.map(({ marker }) => marker)).toEqual([1, 2]);
    expect(dropped).toBe(0);
  });

  it('never quote more than 400 characters, nor take patterns in the text for patterns', () => {
    const long = `${'very (long) [text] * '.repeat(22)}ends.`;
    const [citation] = checkCitations(`${long} [1]`, [passage(1, long, 7)]).citations;
    expect(citation!.quote).toHaveLength(400);
    expect(long.slice(citation!.start - 7, citation!.end - 7)).toBe(citation!.quote);
  });
});
