import { describe, expect, it } from 'vitest';
import { pdfOf } from './binary-samples.ts';
import { documentOf, failureOf } from './load-all.ts';

const widget = (entries: string, [left, bottom]: readonly [number, number]): string =>
  `<< /Type /Annot /Subtype /Widget /F 4 /Rect [${left} ${bottom} ${left + 100} ${bottom + 14}] /T (f${left}${bottom}) ${entries} >>`;
const ticked = (state: string): string =>
  `/FT /Btn /V /${state} /AS /${state} /AP << /N << /Yes << >> /Off << >> >> >>`;
/** Two lines of text, at the vertical positions 720 and 706. */
const PAGE = 'Name:\nAmount:';
const textOf = async (annotations: string, page = PAGE): Promise<string> =>
  (await documentOf('a.pdf', pdfOf([page], { annotations }))).text;

describe('forms in PDF files', () => {
  it.each([
    ['texts', widget('/FT /Tx /V (Ann Other)', [200, 717]), 'Name: Ann Other\nAmount:'],
    [
      'texts in the row of the second label',
      widget('/FT /Tx /V (12 euros)', [200, 703]),
      'Name:\nAmount: 12 euros',
    ],
    [
      'several texts of a row, from the left',
      widget('/FT /Tx /V (Other)', [300, 717]) + widget('/FT /Tx /V (Ann)', [150, 717]),
      'Name: Ann Other\nAmount:',
    ],
    [
      'choices by their displayed text',
      widget('/FT /Ch /Ff 131072 /V (b) /Opt [[(a) (Red)] [(b) (Blue)]]', [200, 717]),
      'Name: Blue\nAmount:',
    ],
    [
      'several choices',
      widget('/FT /Ch /Ff 2097152 /V [(x) (y)] /Opt [(x) (y) (z)]', [200, 717]),
      'Name: x, y\nAmount:',
    ],
    ['ticked boxes', widget(ticked('Yes'), [40, 717]), '☒ Name:\nAmount:'],
    ['unticked boxes', widget(ticked('Off'), [40, 703]), 'Name:\n☐ Amount:'],
    [
      'typed notes',
      '<< /Type /Annot /Subtype /FreeText /Rect [200 717 300 731] /Contents (see page 2) >>',
      'Name: see page 2\nAmount:',
    ],
    ['fields above all text', widget('/FT /Tx /V (Top)', [72, 760]), 'Top\nName:\nAmount:'],
    ['fields below all text', widget('/FT /Tx /V (End)', [72, 600]), 'Name:\nAmount: End'],
  ])('yield the values of %s', async (_, annotations, expected) => {
    expect((await textOf(annotations)).replace(/\n+/g, '\n')).toBe(expected);
  });

  it('yield nothing for hidden, password and empty fields', async () => {
    const hidden = widget('/FT /Tx /V (secret)', [200, 717]).replace('/F 4', '/F 2');
    const password = widget('/FT /Tx /Ff 8192 /V (secret)', [200, 717]);
    expect(await textOf(hidden + password + widget('/FT /Tx', [200, 703]))).toBe(PAGE);
  });

  it('make a PDF file a valid document even if their values are its only text', async () => {
    expect(await textOf(widget('/FT /Tx /V (Only this)', [72, 600]), '')).toBe('Only this');
  });
});

describe('titles of PDF files', () => {
  it.each([
    'untitled',
    'Untitled document',
    'Microsoft Word - report.doc',
    'Document1',
    'a report.docx',
    'Slide 1',
    '---',
  ])('are replaced by the file name if a program generated them: %s', async (title) => {
    const info = `<< /Title (${title}) /Author (anonymous) /Subject (unspecified) >>`;
    expect(await documentOf('plan.pdf', pdfOf(['Text.'], { info }))).toMatchObject({
      title: 'plan',
      metadata: { pages: 1 },
    });
  });

  it.each([
    'Untitled Works of Bach',
    'Document management',
    'Node.js',
    'Scan of the market 2024',
    'Page layout',
    'Word - a novel',
  ])('are kept if meaningful: %s', async (title) => {
    expect((await documentOf('plan.pdf', pdfOf(['Text.'], { info: `<< /Title (${title}) >>` }))).title).toBe(
      title,
    );
  });
});

describe('PDF files without text', () => {
  it('are reported as scanned if they contain images', async () => {
    const scan = pdfOf([''], { drawn: 'q 100 0 0 100 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q' });
    expect(await failureOf('a.pdf', scan)).toMatchObject({
      code: 'FILE_EMPTY',
      message: expect.stringContaining('scanned'),
      remedy: expect.stringContaining('OCR'),
    });
  });

  it('are reported as empty if they contain no images either', async () => {
    const { code, message } = await failureOf('a.pdf', pdfOf(['', '']));
    expect(code).toBe('FILE_EMPTY');
    expect(message).toBe("The PDF's 2 pages contain no text and no images.");
  });
});
