import { type Block, SragError } from '../../../core/index.ts';
import { declaredEncoding } from '../declared-encoding.ts';
import { decodeText, documentText } from '../decode-text.ts';
import { damaged, empty } from '../faults.ts';
import { fileTitle } from '../file-title.ts';
import { extractPage, type Page } from '../html/extract.ts';
import type { Loader } from '../port.ts';
import { readWhole } from '../read-file.ts';
import { Archive } from './archive.ts';
import { DocumentParts } from './document-parts.ts';
import { type EmbeddedReaders, readEmbedded } from './embedded.ts';

/** Word documents: converted to HTML by mammoth (headings by style), then read as a page. Images are ignored. */
export const docxLoader: Loader = {
  name: 'docx',
  async *load(file, options) {
    const bytes = await readWhole(file, options);
    const archive = new Archive(bytes, options.limits.maxFileBytes);
    const { title, text, blocks } = await readDocument(archive, options.limits.maxFileBytes);
    if (!/\S/.test(text)) throw empty('The document contains no text.');
    yield {
      kind: 'document',
      document: {
        id: file.source,
        source: file.source,
        title: title ?? fileTitle(file.path),
        text,
        blocks,
        metadata: {},
        mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        isRecord: false,
      },
    };
  },
};

type Content = Omit<Page, 'metadata'>;

async function readDocument(archive: Archive, maxBytes: number, isEmbedded = false): Promise<Content> {
  const { default: mammoth } = await import('mammoth').catch((cause: unknown) => {
    throw new SragError(
      'MISSING_PACKAGE',
      'Loading .docx needs the package mammoth, which is not installed.',
      {
        remedy: 'npm install mammoth',
        cause,
      },
    );
  });
  const convertImage = mammoth.images.imgElement(async () => ({ src: '' }));
  const readers: EmbeddedReaders = {
    html: (bytes) => extractPage(decodeText(bytes, declaredEncoding(bytes))).text,
    text: (bytes) => decodeText(bytes),
    docx: isEmbedded
      ? undefined
      : async (bytes) => (await readDocument(new Archive(bytes, maxBytes), maxBytes, true)).text,
  };
  const pages: Page[] = [];
  try {
    const parts = await DocumentParts.of(archive, (name) => readEmbedded(name, archive.read(name), readers));
    do {
      const { value } = await mammoth.convertToHtml(parts.input(), { convertImage });
      pages.push(extractPage(documentText(withCheckboxes(value))));
    } while (parts.nextSlice());
  } catch (error) {
    if (error instanceof SragError) throw error;
    throw damaged(`The document cannot be read: ${(error as Error).message}.`, error);
  }
  return joined(pages);
}

/**
 * Mammoth writes checkboxes as form elements. Text of the document cannot look like one, because it is
 * escaped.
 */
const withCheckboxes = (html: string): string =>
  html
    .replaceAll('<input type="checkbox" checked="checked" />', '\u2612')
    .replaceAll('<input type="checkbox" />', '\u2610');

function joined(pages: readonly Page[]): Content {
  let text = '';
  const blocks: Block[] = [];
  for (const page of pages) {
    if (page.text === '') continue;
    if (text !== '') text += '\n\n';
    for (const block of page.blocks)
      blocks.push({ ...block, start: block.start + text.length, end: block.end + text.length });
    text += page.text;
  }
  return { title: pages.find(({ title }) => title !== undefined)?.title, text, blocks };
}
