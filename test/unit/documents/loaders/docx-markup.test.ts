import { describe, expect, it } from 'vitest';
import { docxParagraph, docxParts, zipOf } from './binary-samples.ts';
import { documentOf } from './load-all.ts';

const M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"';
const MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"';
const W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"';
const R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const run = (text: string, properties = ''): string =>
  `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
const mathRun = (text: string): string => `<m:r><m:t>${text}</m:t></m:r>`;
const equation = (content: string): string => `<w:p><m:oMath ${M}>${content}</m:oMath></w:p>`;

const textOf = async (
  body: string,
  others: Readonly<Record<string, string | Buffer>> = {},
): Promise<string> => (await documentOf('a.docx', zipOf({ ...docxParts(body), ...others }))).text;

const stylesOf = (styles: string): Readonly<Record<string, string>> => ({
  'word/styles.xml': `<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">${styles}</w:styles>`,
  'word/_rels/document.xml.rels':
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="s1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>',
});

describe('equations of Word files', () => {
  it.each([
    [
      'powers',
      `${mathRun('E=m')}<m:sSup><m:e>${mathRun('c')}</m:e><m:sup>${mathRun('2')}</m:sup></m:sSup>`,
      'E=mc^2',
    ],
    ['indices', `<m:sSub><m:e>${mathRun('x')}</m:e><m:sub>${mathRun('i+1')}</m:sub></m:sSub>`, 'x_(i+1)'],
    ['fractions', `<m:f><m:num>${mathRun('a+b')}</m:num><m:den>${mathRun('2')}</m:den></m:f>`, '(a+b)/2'],
    ['roots', `<m:rad><m:deg>${mathRun('3')}</m:deg><m:e>${mathRun('27')}</m:e></m:rad>`, '^3√27'],
    [
      'sums',
      `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>${mathRun('i')}</m:sub><m:sup>${mathRun('n')}</m:sup><m:e>${mathRun('k')}</m:e></m:nary>`,
      '∑_i^n k',
    ],
    [
      'brackets and functions',
      `<m:func><m:fName>${mathRun('sin')}</m:fName><m:e><m:d><m:e>${mathRun('x')}</m:e><m:e>${mathRun('y')}</m:e></m:d></m:e></m:func>`,
      'sin (x|y)',
    ],
    [
      'matrices',
      `<m:m><m:mr><m:e>${mathRun('1')}</m:e><m:e>${mathRun('2')}</m:e></m:mr><m:mr><m:e>${mathRun('3')}</m:e><m:e>${mathRun('4')}</m:e></m:mr></m:m>`,
      '(1, 2; 3, 4)',
    ],
    ['accents', `<m:acc><m:accPr/><m:e>${mathRun('v')}</m:e></m:acc>`, 'v'],
  ])('keep the letters and numbers of %s', async (_, content, expected) => {
    expect(await textOf(equation(content))).toBe(expected);
  });

  it('are part of their sentence if inline, otherwise a separate paragraph', async () => {
    const inside = `<w:p>${run('Let ')}<m:oMath ${M}>${mathRun('n&lt;3')}</m:oMath>${run(' hold.')}</w:p>`;
    const display = `<m:oMathPara ${M}><m:oMath>${mathRun('a=b')}</m:oMath></m:oMathPara>`;
    expect(await textOf(inside + display)).toBe('Let n<3 hold.\n\na=b');
  });
});

describe('the text of Word files', () => {
  it.each([
    ['results of simple fields', `<w:fldSimple w:instr=" REF x ">${run('7.2')}</w:fldSimple>`, '7.2'],
    [
      'results of complex fields',
      `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGEREF y </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>${run('12')}<w:r><w:fldChar w:fldCharType="end"/></w:r>`,
      '12',
    ],
    [
      'choices of drop-down fields',
      '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="red"/><w:listEntry w:val="blue"/></w:ddList></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMDROPDOWN </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
      'blue',
    ],
    [
      'the base of ruby',
      `<w:r><w:ruby><w:rubyPr/><w:rt>${run('とうきょう')}</w:rt><w:rubyBase>${run('東京')}</w:rubyBase></w:ruby></w:r>`,
      '東京',
    ],
    ['both sides of an aligned tab', `${run('Purpose')}<w:r><w:ptab/></w:r>${run('1-1')}`, 'Purpose 1-1'],
    ['both sides of a carriage return', `${run('one')}<w:r><w:cr/></w:r>${run('two')}`, 'one\n\ntwo'],
    [
      'both sides of a page break',
      `${run('one')}<w:r><w:br w:type="page"/></w:r>${run('two')}`,
      'one\n\ntwo',
    ],
    ['non-breaking hyphens', `<w:r><w:t>wi</w:t><w:noBreakHyphen/><w:t>fi</w:t></w:r>`, 'wi-fi'],
    [
      'whole words around soft hyphens',
      `<w:r><w:t>data</w:t><w:softHyphen/><w:t>base</w:t></w:r>`,
      'database',
    ],
    ['text of another direction', `<w:bdo w:val="rtl">${run('abc')}</w:bdo>`, 'abc'],
  ])('contains %s', async (_, content, expected) => {
    expect((await textOf(`<w:p>${content}</w:p>`)).replace(/\n+/g, '\n\n')).toBe(expected);
  });

  it('shows which check boxes are ticked', async () => {
    const box = (value: string): string =>
      `<w:sdt><w:sdtPr><w14:checkbox ${W14}><w14:checked w14:val="${value}"/></w14:checkbox></w:sdtPr><w:sdtContent>${run('?')}</w:sdtContent></w:sdt>`;
    const legacy =
      '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>';
    const body = `<w:p>${box('1')}${run(' Milk')}</w:p><w:p>${box('0')}${run(' Sugar')}</w:p><w:p>${legacy}${run(' Salt')}</w:p>`;
    expect(await textOf(body)).toBe('☒ Milk\n\n☐ Sugar\n\n☒ Salt');
  });

  it('includes only one branch of an mc:AlternateContent element', async () => {
    const box = (text: string): string =>
      `<w:drawing><a:graphic xmlns:a="urn:a"><w:txbxContent><w:p>${run(text)}</w:p></w:txbxContent></a:graphic></w:drawing>`;
    const both = `<w:r><mc:AlternateContent ${MC}><mc:Choice Requires="wps">${box('boxed')}</mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p>${run('boxed')}</w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>`;
    const choiceOnly = `<w:r><mc:AlternateContent ${MC}><mc:Choice Requires="wps">${box('alone')}</mc:Choice></mc:AlternateContent></w:r>`;
    const wordsInFallback = `<w:p><mc:AlternateContent ${MC}><mc:Choice Requires="x"><w:r/></mc:Choice><mc:Fallback>${run('fallback')}</mc:Fallback></mc:AlternateContent></w:p>`;
    const text = await textOf(`<w:p>${both}</w:p><w:p>${choiceOnly}</w:p>${wordsInFallback}`);
    expect(text.split(/\n+/)).toEqual(['boxed', 'alone', 'fallback']);
  });

  it('excludes text hidden by a run or a style, except runs that make the text visible again', async () => {
    const styles = stylesOf(
      '<w:style w:type="character" w:styleId="Base"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:type="character" w:styleId="Secret"><w:basedOn w:val="Base"/></w:style>',
    );
    const body = `<w:p>${run('seen ')}${run('hidden ', '<w:vanish/>')}${run('styled ', '<w:rStyle w:val="Secret"/>')}${run('again', '<w:rStyle w:val="Secret"/><w:vanish w:val="0"/>')}</w:p>`;
    expect(await textOf(body, styles)).toBe('seen again');
    const paragraph = docxParagraph('note to the editor', 'Base') + docxParagraph('shown');
    expect(await textOf(paragraph, styles)).toBe('shown');
  });

  it('includes embedded documents of other formats', async () => {
    const relationship = (id: string, target: string): string =>
      `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk" Target="${target}"/>`;
    const body = `<w:altChunk ${R} r:id="c1"/>${docxParagraph('between')}<w:altChunk ${R} r:id="c2"/><w:altChunk ${R} r:id="c3"/>`;
    const text = await textOf(body, {
      'word/_rels/document.xml.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relationship('c1', '/word/page.html')}${relationship('c2', '../inner.docx')}${relationship('c3', 'gone.html')}</Relationships>`,
      'word/page.html': '<p>from a page &amp; more</p>',
      'inner.docx': zipOf(docxParts(docxParagraph('from a document'))),
    });
    expect(text.split(/\n+/)).toEqual(['from a page & more', 'between', 'from a document']);
  });
});

describe('the main part of Word files', () => {
  const body = docxParts(docxParagraph('The office closes at six.'));
  const renamed = (
    name: string,
    change: (parts: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
  ) => {
    const { 'word/document.xml': main = '', ...others } = body;
    return zipOf({ ...change(others), [name]: main });
  };
  const pointing = (target: string) => (parts: Readonly<Record<string, string>>) => ({
    ...parts,
    '_rels/.rels': parts['_rels/.rels']!.replace('word/document.xml', target),
  });
  it.each([
    ['any name', renamed('word/document2.xml', pointing('word/document2.xml'))],
    ['a name from the root', renamed('doc/main.xml', pointing('/doc/main.xml'))],
    ['a name with steps', renamed('doc/main.xml', pointing('./x/../doc/main.xml'))],
    ['an encoded name', renamed('word/my document.xml', pointing('word/my%20document.xml'))],
    ['a name in another case', renamed('word/document.xml', pointing('/Word/Document.xml'))],
    ['a name with backslashes', renamed('word\\document.xml', pointing('word/document.xml'))],
    [
      'a strict type',
      renamed('word/d.xml', (parts) => ({
        ...parts,
        '_rels/.rels': parts['_rels/.rels']!.replace(
          'http://schemas.openxmlformats.org/officeDocument/2006/relationships/',
          'http://purl.oclc.org/ooxml/officeDocument/relationships/',
        ).replace('word/document.xml', 'word/d.xml'),
      })),
    ],
    [
      'only a content type',
      renamed('word/d.xml', (parts) => ({
        '[Content_Types].xml': parts['[Content_Types].xml']!.replace('/word/document.xml', '/word/d.xml'),
      })),
    ],
  ])('is found under %s', async (_, bytes) => {
    expect((await documentOf('a.docx', bytes)).text).toBe('The office closes at six.');
  });
});
