import { describe, expect, it } from 'vitest';
import { mismatchText, skippedText } from '../../../src/cli/ingest-text.ts';

const NOTHING = { ignored: 3, unknownFormat: 0, unknownFormatFiles: [], links: 0, special: 0 };

describe('the summary of skipped files', () => {
  it('is empty if files were skipped only because of exclusion rules', () => {
    expect(skippedText(NOTHING)).toBe('');
  });

  it('names a few files of unknown formats and counts the rest', () => {
    const unknownFormatFiles = ['a.csv', 'b.pptx', 'c', 'd', 'e', 'f'];
    expect(
      skippedText({ ...NOTHING, unknownFormat: 2, unknownFormatFiles: ['a.csv', 'b\n.pptx'], links: 1 }),
    ).toBe(
      'Skipped: 2 of unknown formats (a.csv, b\u240a.pptx), 1 symbolic links out of the folder (--follow-links includes them)',
    );
    expect(skippedText({ ...NOTHING, unknownFormat: 40, unknownFormatFiles })).toBe(
      'Skipped: 40 of unknown formats (a.csv, b.pptx, c, d, e, 35 more)',
    );
  });
});

describe('the warning about mistyped fields', () => {
  it('states the number of documents and an example', () => {
    const example = { documentId: 'a.md', value: '"soon"' };
    expect(mismatchText({ field: 'year', type: 'number', documents: 1, example })).toBe(
      `'year' is not a number in 1 document, so filters on it skip it; for example a.md: "soon"`,
    );
  });
});
