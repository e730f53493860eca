import { describe, expect, it } from 'vitest';
import { docxParagraph, docxParts, PASSWORD_TRAILER, pdfOf, zipOf } from './binary-samples.ts';
import { blockTexts, documentOf, failureOf } from './load-all.ts';

describe('the PDF loader', () => {
  it('joins the text of the pages, mends cut words, and takes title and author from the file', async () => {
    const info = '<< /Title (The Report) /Author (Ann) >>';
    const document = await documentOf(
      'a.pdf',
      pdfOf(['First page has a bro-\nken word.', 'Second page.'], { info }),
    );
    expect(document).toMatchObject({
      title: 'The Report',
      text: 'First page has a broken word.\n\nSecond page.',
      metadata: { pages: 2, author: 'Ann' },
      mediaType: 'application/pdf',
    });
  });

  it('takes the file name as title where the file states none', async () => {
    expect((await documentOf('paper.pdf', pdfOf(['Text.']))).title).toBe('paper');
  });

  it('says that a password is needed', async () => {
    const bytes = pdfOf(['secret'], { trailer: PASSWORD_TRAILER });
    expect(await failureOf('a.pdf', bytes)).toMatchObject({
      code: 'FILE_ENCRYPTED',
      remedy: expect.stringContaining('without password'),
    });
  });

  it('says how many pages are too many', async () => {
    expect(await failureOf('a.pdf', pdfOf(['a', 'b', 'c']), { limits: { maxPages: 2 } })).toMatchObject({
      code: 'TOO_MANY_PAGES',
      message: 'The PDF has 3 pages; the limit is 2.',
    });
  });

  it('says that pages without a text layer need text recognition', async () => {
    expect(await failureOf('a.pdf', pdfOf(['', '']))).toMatchObject({
      code: 'FILE_EMPTY',
      remedy: expect.stringContaining('OCR'),
    });
  });

  it.each([
    ['is something else', Buffer.from('not a pdf')],
    ['holds only its first line', Buffer.from('%PDF-1.4\n')],
    ['is cut to a tenth', pdfOf(['text']).subarray(0, 90)],
  ])('says that a file which %s is damaged', async (_, bytes) => {
    expect(await failureOf('a.pdf', bytes)).toMatchObject({ path: 'a.pdf', code: 'FILE_DAMAGED' });
  });
});

describe('the DOCX loader', () => {
  const sample = docxParts(
    docxParagraph('Handbook', 'Heading1') +
      docxParagraph('Opening words &amp; 한글.') +
      '<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>',
  );

  it('reads headings, paragraphs and tables', async () => {
    const document = await documentOf('a.docx', zipOf(sample));
    expect(document.title).toBe('Handbook');
    expect(blockTexts(document)).toEqual([
      ['heading', 'Handbook'],
      ['paragraph', 'Opening words & 한글.'],
      ['table', 'a | b'],
    ]);
  });

  it.each([
    ['encrypted entries', zipOf(sample, 1)],
    [
      'an encrypted package',
      Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from('EncryptedPackage', 'utf16le')]),
    ],
  ])('says that a password is needed for %s', async (_, bytes) => {
    expect(await failureOf('a.docx', bytes)).toMatchObject({ code: 'FILE_ENCRYPTED' });
  });

  it('refuses XML that decompresses over the limit, whatever the archive declares', async () => {
    const bomb = zipOf({ ...sample, 'word/styles.xml': ' '.repeat(3_000_000) });
    bomb.writeUInt32LE(10, bomb.lastIndexOf('word/styles.xml') - 22);
    const failure = await failureOf('a.docx', bomb, { limits: { maxFileBytes: 1_000_000 } });
    expect(failure).toMatchObject({
      code: 'FILE_TOO_LARGE',
      message: expect.stringContaining('word/styles.xml'),
    });
  });

  it.each([
    ['is something else', Buffer.from('plain')],
    ['is cut short', zipOf(sample).subarray(0, 500)],
    ['holds no document', zipOf({ 'a.xml': '<a/>' })],
    ['holds broken XML', zipOf({ ...sample, 'word/document.xml': '<w:document' })],
  ])('says that a file which %s is damaged', async (_, bytes) => {
    expect(await failureOf('a.docx', bytes)).toMatchObject({ code: 'FILE_DAMAGED' });
  });

  it('says that an old Word file must be saved anew', async () => {
    expect(await failureOf('a.docx', Buffer.from('d0cf11e0a1b11ae1', 'hex'))).toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
    });
  });

  it('says that a document without words is empty', async () => {
    expect(await failureOf('a.docx', zipOf(docxParts(docxParagraph(''))))).toMatchObject({
      code: 'FILE_EMPTY',
    });
  });
});
