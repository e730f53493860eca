import { describe, expect, it } from 'vitest';
import { pdfOf } from './binary-samples.ts';
import { documentOf, failureOf } from './load-all.ts';

/** A font that is not embedded and whose character codes are defined by a predefined CMap. */
const fontOf = (map: string, ordering: string): string =>
  `<< /Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /${map} /DescendantFonts [ << /Type /Font /Subtype /CIDFontType0 /BaseFont /Any /CIDSystemInfo << /Registry (Adobe) /Ordering (${ordering}) /Supplement 2 >> /FontDescriptor << /Type /FontDescriptor /FontName /Any /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 >> >> ] >>`;
const draw = (hex: string): string => `BT /F1 12 Tf 72 720 Td <${hex}> Tj ET`;
const utf16 = (text: string): string => Buffer.from(text, 'utf16le').swap16().toString('hex');

describe('East Asian fonts in PDF files', () => {
  it.each([
    ['UniKS-UCS2-H', 'Korea1', utf16('연차 휴가'), '연차 휴가'],
    ['UniKS-UTF16-H', 'Korea1', utf16('복사실'), '복사실'],
    ['KSCms-UHC-H', 'Korea1', 'bec8b3e7c7cfbcbcbfe4', '안녕하세요'],
    ['UniGB-UCS2-H', 'GB1', utf16('会议室在二楼。'), '会议室在二楼。'],
    ['GBK-EUC-H', 'GB1', 'bbe1d2e9cad2', '会议室'],
    ['UniCNS-UCS2-H', 'CNS1', utf16('會議室'), '會議室'],
    ['ETen-B5-H', 'CNS1', 'b77cc4b3abc7', '會議室'],
    ['UniJIS-UCS2-H', 'Japan1', utf16('会議室は二階'), '会議室は二階'],
    ['90ms-RKSJ-H', 'Japan1', '89ef8b638eba', '会議室'],
    ['Identity-H', 'Korea1', '0022', 'A'],
  ])('are decoded with the CMap %s of %s', async (map, ordering, hex, text) => {
    const pdf = pdfOf([''], { font: fontOf(map, ordering), drawn: draw(hex) });
    expect((await documentOf('a.pdf', pdf)).text).toBe(text);
  });

  it('cause a failure if they do not define which characters their codes represent', async () => {
    const font = fontOf('Identity-H', 'Identity');
    const pdf = pdfOf([''], { font, drawn: draw('00010002') });
    expect(await failureOf('a.pdf', pdf)).toMatchObject({
      code: 'FILE_EMPTY',
      message: expect.stringContaining('do not say which characters'),
    });
  });
});
