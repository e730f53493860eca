import type { PDFDocumentProxy } from 'unpdf/pdfjs';
import { type JsonValue, SragError, throwIfAborted } from '../../../core/index.ts';
import { checkMetadata } from '../check-metadata.ts';
import { cleanText, documentText } from '../decode-text.ts';
import { damaged, empty } from '../faults.ts';
import { fileTitle } from '../file-title.ts';
import type { Loader, LoadOptions } from '../port.ts';
import { readWhole } from '../read-file.ts';
import { isGeneratedTitle } from '../stated-title.ts';
import { characterMaps } from './character-maps.ts';
import { type Annotation, withFieldValues } from './field-items.ts';
import { type PageItem, pageText } from './page-text.ts';

/**
 * PDF: the text layer of its pages, joined by blank lines. It uses unpdf, a build of PDF.js. Scanned pages
 * have no text.
 */
export const pdfLoader: Loader = {
  name: 'pdf',
  async *load(file, options) {
    const bytes = await readWhole(file, options);
    // PDF readers accept up to a kilobyte of other data before the signature.
    if (!Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-')) {
      throw damaged('The file does not begin with the PDF signature (%PDF-).');
    }
    const { pages, info, shows } = await readPdf(bytes, options);
    const text = pages.filter((page) => page !== '').join('\n\n');
    if (!VISIBLE.test(text)) {
      throw withoutText(pages.length, shows);
    }
    const stated = cleanText(stringOf(info.Title)).trim();
    yield {
      kind: 'document',
      document: {
        id: file.source,
        source: file.source,
        title: isGeneratedTitle(stated) ? fileTitle(file.path) : stated,
        text,
        blocks: [],
        metadata: checkMetadata({ pages: pages.length, ...statedFields(info) }, options.limits),
        mediaType: 'application/pdf',
        isRecord: false,
      },
    };
  },
};

/** A visible character. Text in fonts without a character map yields control characters. */
const VISIBLE = /[^\s\p{Cc}]/u;

interface PdfContent {
  /** Text of each page. */
  readonly pages: readonly string[];
  readonly info: Readonly<Record<string, unknown>>;
  /** What the first pages show if the file has no text. */
  readonly shows: Shown;
}

type Shown = 'images' | 'unmapped text' | 'nothing';

const withoutText = (pages: number, shows: Shown): SragError => {
  const start = pages === 1 ? "The PDF's page contains" : `The PDF's ${pages} pages contain`;
  if (shows === 'images')
    return empty(
      `${start} images and no text: it is probably scanned.`,
      'Run text recognition (OCR) over it first.',
    );
  return shows === 'nothing'
    ? empty(`${start} no text and no images.`)
    : empty(
        `${start} text whose fonts do not say which characters they draw.`,
        'Create the PDF again from its source, or run text recognition (OCR) over it.',
      );
};

async function readPdf(bytes: Uint8Array, { limits, signal }: LoadOptions): Promise<PdfContent> {
  const { getDocumentProxy, getResolvedPDFJS } = await import('unpdf').catch((cause: unknown) => {
    throw new SragError('MISSING_PACKAGE', 'Loading .pdf needs the package unpdf, which is not installed.', {
      remedy: 'npm install unpdf',
      cause,
    });
  });
  // The bytes are copied because PDF.js takes ownership of them. Verbosity 0 keeps its warnings off the
  // console.
  const cMapUrl = characterMaps();
  const pdf = await getDocumentProxy(new Uint8Array(bytes), {
    verbosity: 0,
    stopAtErrors: false,
    ...(cMapUrl === undefined ? {} : { cMapUrl, cMapPacked: true }),
  }).catch(pdfFault);
  try {
    if (pdf.numPages > limits.maxPages) {
      throw new SragError(
        'TOO_MANY_PAGES',
        `The PDF has ${pdf.numPages} pages; the limit is ${limits.maxPages}.`,
        {
          remedy: 'Split it, or raise limits.maxPages.',
          fields: { pages: pdf.numPages, limit: limits.maxPages },
        },
      );
    }
    const pages: string[] = [];
    for (let number = 1; number <= pdf.numPages; number++) {
      throwIfAborted(signal);
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      const texts = items.filter((item): item is typeof item & PageItem => 'str' in item);
      // Damaged annotations must not prevent reading the page's text.
      const annotations: readonly Annotation[] = await page.getAnnotations().catch(() => []);
      pages.push(documentText(pageText(withFieldValues(texts, annotations))));
      page.cleanup();
    }
    const { info } = await pdf.getMetadata();
    const hasText = pages.some((text) => VISIBLE.test(text));
    const shows = hasText ? 'nothing' : shownBy(await operatorsOf(pdf), (await getResolvedPDFJS()).OPS);
    return { pages, info: info as Readonly<Record<string, unknown>>, shows };
  } catch (error) {
    throwIfAborted(signal);
    return pdfFault(error);
  } finally {
    await pdf.loadingTask.destroy();
  }
}

/** Number of pages examined for images, to recognise scanned documents. */
const PAGES_LOOKED_AT = 3;

async function operatorsOf(pdf: PDFDocumentProxy): Promise<ReadonlySet<number>> {
  const operators = new Set<number>();
  for (let number = 1; number <= Math.min(pdf.numPages, PAGES_LOOKED_AT); number++) {
    const page = await pdf.getPage(number);
    const list = await page.getOperatorList().catch(() => undefined);
    for (const operator of list?.fnArray ?? []) operators.add(operator);
    page.cleanup();
  }
  return operators;
}

function shownBy(operators: ReadonlySet<number>, names: Readonly<Record<string, number>>): Shown {
  const isDrawn = (pattern: RegExp): boolean =>
    Object.entries(names).some(([name, operator]) => pattern.test(name) && operators.has(operator));
  if (isDrawn(/^paint.*Image/)) return 'images';
  return isDrawn(/^show.*Text$/) ? 'unmapped text' : 'nothing';
}

function pdfFault(error: unknown): never {
  if (error instanceof SragError) throw error;
  if ((error as Error).name === 'PasswordException') {
    throw new SragError('FILE_ENCRYPTED', 'The PDF is protected by a password.', {
      remedy: 'Save a copy without a password, and ingest that copy.',
      cause: error,
    });
  }
  throw damaged(`The PDF cannot be read: ${(error as Error).message}.`, error);
}

function statedFields(info: Readonly<Record<string, unknown>>): Readonly<Record<string, JsonValue>> {
  const fields: Record<string, JsonValue> = {};
  for (const name of ['Author', 'Subject', 'Keywords']) {
    const value = cleanText(stringOf(info[name])).trim();
    if (!isGeneratedTitle(value)) fields[name.toLowerCase()] = value;
  }
  return fields;
}

const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '');
