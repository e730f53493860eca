import { declaredEncoding } from '../../../src/documents/loaders/declared-encoding.ts';
import { cleanText, decodeText } from '../../../src/documents/loaders/decode-text.ts';
import { HiddenStyles } from '../../../src/documents/loaders/docx/hidden-styles.ts';
import { plainMarkup } from '../../../src/documents/loaders/docx/plain-markup.ts';
import { escapeXml } from '../../../src/documents/loaders/docx/xml-tree.ts';
import { extractPage } from '../../../src/documents/loaders/html/extract.ts';
import { DEFAULT_FIELD_MAP, DEFAULT_LIMITS } from '../../../src/documents/loaders/index.ts';
import { parseRecord } from '../../../src/documents/loaders/jsonl/record.ts';
import { markdownBlocks } from '../../../src/documents/loaders/markdown/blocks.ts';
import { splitFrontMatter } from '../../../src/documents/loaders/markdown/front-matter.ts';
import { withFieldValues } from '../../../src/documents/loaders/pdf/field-items.ts';
import { pageText } from '../../../src/documents/loaders/pdf/page-text.ts';
import { isGeneratedTitle } from '../../../src/documents/loaders/stated-title.ts';
import { withoutBlobs } from '../../../src/documents/loaders/without-blobs.ts';
import { pieces } from './pieces.ts';

/** Functions that load documents from bytes, in the form of {@link PATH_FUNCTIONS}. */
export const LOADING_FUNCTIONS: Readonly<Record<string, (text: string) => () => unknown>> = {
  'decodeText of UTF-8': (text) => {
    const bytes = Buffer.from(text);
    return () => decodeText(bytes);
  },
  'decodeText of UTF-16': (text) => {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    return () => decodeText(bytes);
  },
  'decodeText of a bad byte': (text) => {
    const bytes = Buffer.concat([Buffer.from(text), Buffer.from([0xc3, 0x28])]);
    return () => decodeText(bytes);
  },
  'decodeText of an unknown encoding': (text) => {
    const bytes = Buffer.from(`${text}\xc3\xe9\xff`, 'latin1');
    return () => {
      try {
        return decodeText(bytes);
      } catch {
        return undefined;
      }
    };
  },
  declaredEncoding: (text) => {
    const bytes = Buffer.from(`${text}<!--<meta `);
    return () => declaredEncoding(bytes);
  },
  withoutBlobs: (text) => () => withoutBlobs(text),
  'withoutBlobs of one word': (text) => {
    const word = text.replace(/[^A-Za-z0-9]/g, 'a');
    return () => withoutBlobs(`${word} https://a/${word}`);
  },
  'withoutBlobs of lines': (text) => {
    const lines = pieces(text).map((piece) => piece.replace(/[^A-Za-z0-9]/g, 'a').replace(/.{50}/g, '$&\n'));
    return () => withoutBlobs(lines.join('-\n'));
  },
  cleanText: (text) => () => cleanText(`${text}\r`),
  splitFrontMatter: (text) => () => splitFrontMatter(`---\na: 1\n${text}\n---\nText.`, DEFAULT_LIMITS),
  'splitFrontMatter from the first line': (text) => () =>
    splitFrontMatter(`---\n${text}\n---\nText.`, DEFAULT_LIMITS),
  'splitFrontMatter that never closes': (text) => () => splitFrontMatter(`---\n${text}`, DEFAULT_LIMITS),
  markdownBlocks: (text) => () => markdownBlocks(text),
  'markdownBlocks of lines': (text) => () => markdownBlocks(text.replaceAll('. ', '.\n\n')),
  'markdownBlocks of a heading': (text) => () => markdownBlocks(`# ${text}`),
  extractPage: (text) => () => extractPage(text),
  'extractPage of a heading': (text) => () => extractPage(`<title>${text}</title><h1>${text}`),
  parseRecord: (text) => {
    const line = JSON.stringify({ _id: '1', title: text.slice(0, 100), text });
    return () => parseRecord(line, DEFAULT_FIELD_MAP, DEFAULT_LIMITS);
  },
  'extractPage of preformatted items': (text) => {
    const html = `<ul>${pieces(text)
      .map((piece) => `<li><pre>${piece} </pre>`)
      .join('')}`;
    return () => extractPage(html);
  },
  plainMarkup: (text) => {
    const runs = pieces(text).map((piece) => `<w:r><w:cr/><w:t>${escapeXml(piece)}</w:t></w:r>`);
    const xml = `<w:body xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">${runs.join('')}</w:body>`;
    const context = { hiddenStyles: new HiddenStyles(undefined), paragraphsOf: () => [] };
    return () => plainMarkup(xml, context);
  },
  'parseRecord of damaged JSON': (text) => () => parseRecord(text, DEFAULT_FIELD_MAP, DEFAULT_LIMITS),
  pageText: (text) => {
    const items = pieces(text).map((str, index) => ({
      str,
      hasEOL: index % 2 === 0,
      height: 10,
      transform: [1, 0, 0, 1, 0, -index * 30],
    }));
    return () => pageText(items);
  },
  'pageText of single characters': (text) => {
    const items = Array.from(text, (str) => ({ str, hasEOL: str === 'a', height: 10, transform: [] }));
    return () => pageText(items);
  },
  withFieldValues: (text) => {
    const items = pieces(text).map((str, index) => ({
      str,
      hasEOL: true,
      height: 10,
      transform: [1, 0, 0, 1, 0, -index * 30],
    }));
    const annotations = items.map(({ transform }) => {
      const y = transform[5]!;
      return { subtype: 'Widget', fieldType: 'Tx', fieldValue: 'x', rect: [9, y, 99, y + 10] };
    });
    return () => withFieldValues(items, annotations);
  },
  isGeneratedTitle: (text) => () => isGeneratedTitle(text),
};
