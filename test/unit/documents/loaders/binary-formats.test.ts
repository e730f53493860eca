import { describe, expect, it } from 'vitest';
import { docxParagraph, docxParts, PASSWORD_TRAILER, pdfOf, zipOf } from './binary-samples.ts';
import { blockTexts, documentOf, failureOf } from './load-all.ts';

describe('the PDF loader', () => {
  it('joins pages and hyphenated words, and reads the title and author from the file', async () => {
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

  it('uses the file name as title if the file has none', async () => {
    expect((await documentOf('paper.pdf', pdfOf(['Text.']))).title).toBe('paper');
  });

  it('reports that a password is needed', async () => {
    const bytes = pdfOf(['secret'], { trailer: PASSWORD_TRAILER });
    expect(await failureOf('a.pdf', bytes)).toMatchObject({
      code: 'FILE_ENCRYPTED',
      remedy: expect.stringContaining('without a password'),
    });
  });

  it('reports the page limit if a file has too many pages', async () => {
    expect(await failureOf('a.pdf', pdfOf(['a', 'b', 'c']), { limits: { maxPages: 2 } })).toMatchObject({
      code: 'TOO_MANY_PAGES',
      message: 'The PDF has 3 pages; the limit is 2.',
    });
  });

  it.each([
    ['is something else', Buffer.from('not a pdf')],
    ['contains only its first line', Buffer.from('%PDF-1.4\n')],
    ['is cut to a tenth', pdfOf(['text']).subarray(0, 90)],
  ])('reports as damaged a file that %s', async (_, bytes) => {
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
  ])('reports that a password is needed for %s', async (_, bytes) => {
    expect(await failureOf('a.docx', bytes)).toMatchObject({ code: 'FILE_ENCRYPTED' });
  });

  it('rejects XML that exceeds the limit when decompressed, whatever sizes the archive declares', async () => {
    const bomb = zipOf({ ...sample, 'word/styles.xml': ' '.repeat(3_000_000) });
    bomb.writeUInt32LE(10, bomb.lastIndexOf('word/styles.xml') - 22);
    const failure = await failureOf('a.docx', bomb, { limits: { maxFileBytes: 1_000_000 } });
    expect(failure).toMatchObject({
      code: 'FILE_TOO_LARGE',
      message: expect.stringContaining('word/styles.xml'),
    });
  });

  const bomb = docxParts('<w:p/>'.repeat(2_100_000));
  const lying = (change: (archive: Buffer, end: number) => void): Buffer => {
    const archive = zipOf(bomb);
    change(archive, archive.lastIndexOf('PK\x05\x06', undefined, 'latin1'));
    return archive;
  };
  it.each([
    ['counts no entries', lying((archive, end) => archive.writeUInt32LE(0, end + 8))],
    [
      'states a size of 10 bytes',
      lying((archive) => archive.writeUInt32LE(10, archive.lastIndexOf('word/document.xml') - 22)),
    ],
    [
      'contains the part twice',
      Buffer.from(
        zipOf({ 'word/document.xmk': sample['word/document.xml']!, ...bomb })
          .toString('latin1')
          .replaceAll('word/document.xmk', 'word/document.xml'),
        'latin1',
      ),
    ],
    ['begins with other bytes', Buffer.concat([Buffer.alloc(99), zipOf(bomb)])],
  ])('counts the decompressed bytes of an archive that %s', async (_, bytes) => {
    const { code } = await failureOf('a.docx', bytes, { limits: { maxFileBytes: 4_000_000 } });
    expect(code).toBe('FILE_TOO_LARGE');
  });

  it('rejects too many or too deeply nested elements before parsing them', async () => {
    expect(await failureOf('a.docx', zipOf(bomb))).toMatchObject({ code: 'FILE_TOO_COSTLY' });
    const deep = docxParts('<w:smartTag>'.repeat(300) + '</w:smartTag>'.repeat(300));
    expect(await failureOf('a.docx', zipOf(deep))).toMatchObject({
      code: 'FILE_TOO_COSTLY',
      message: expect.stringContaining('nested deeper than 256'),
    });
  });

  it('reads an archive that follows other bytes, and a main part with any name', async () => {
    const shifted = Buffer.concat([Buffer.alloc(99), zipOf(sample)]);
    expect((await documentOf('a.docx', shifted)).title).toBe('Handbook');
    const renamed = Object.fromEntries(
      Object.entries(sample).map(([name, text]) => [
        name.replace('document.xml', 'document2.xml'),
        text.replace('word/document.xml', 'word/document2.xml'),
      ]),
    );
    expect((await documentOf('a.docx', zipOf(renamed))).title).toBe('Handbook');
  });

  it('reads every paragraph of a long document once, although it parses the document in slices', async () => {
    const paragraphs = Array.from({ length: 15_000 }, (_, index) => docxParagraph(`word${index}`));
    const { title, text, blocks } = await documentOf(
      'a.docx',
      zipOf(docxParts(docxParagraph('Long', 'Heading1') + paragraphs.join(''))),
    );
    expect(title).toBe('Long');
    expect(text).toBe(['Long', ...Array.from({ length: 15_000 }, (_, index) => `word${index}`)].join('\n\n'));
    expect(blocks.map(({ start, end }) => text.slice(start, end)).slice(-1)).toEqual(['word14999']);
  });

  it.each([
    ['is something else', Buffer.from('plain')],
    ['is cut short', zipOf(sample).subarray(0, 500)],
    ['contains no document', zipOf({ 'a.xml': '<a/>' })],
    ['contains broken XML', zipOf({ ...sample, 'word/document.xml': '<w:document' })],
  ])('reports as damaged a file that %s', async (_, bytes) => {
    expect(await failureOf('a.docx', bytes)).toMatchObject({ code: 'FILE_DAMAGED' });
  });

  it('reports a remedy for a file in the old Word format', async () => {
    expect(await failureOf('a.docx', Buffer.from('d0cf11e0a1b11ae1', 'hex'))).toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
    });
  });

  it('reports a document without text as empty', async () => {
    expect(await failureOf('a.docx', zipOf(docxParts(docxParagraph(''))))).toMatchObject({
      code: 'FILE_EMPTY',
    });
  });
});
