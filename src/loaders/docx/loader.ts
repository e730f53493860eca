import { type Block, SragError } from '../../core/index.ts';
import { cleanText } from '../decode-text.ts';
import { damaged, empty } from '../faults.ts';
import { fileTitle } from '../file-title.ts';
import { extractPage, type Page } from '../html/extract.ts';
import type { Loader } from '../port.ts';
import { readWhole } from '../read-file.ts';
import { Archive } from './archive.ts';
import { type XmlSlices, xmlSlices } from './xml-slices.ts';

/** Word documents: converted to HTML by mammoth (headings by style), then read as a page. Images are left out. */
export const docxLoader: Loader = {
  name: 'docx',
  async *load(file, options) {
    const bytes = await readWhole(file, options);
    const archive = new Archive(bytes, options.limits.maxFileBytes);
    const { title, text, blocks } = await readDocument(archive);
    if (!/\S/.test(text)) throw empty('The document holds no text.');
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

async function readDocument(archive: Archive): Promise<Omit<Page, 'metadata'>> {
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
  const parts = new Parts(archive);
  const pages: Page[] = [];
  try {
    do {
      const { value } = await mammoth.convertToHtml(parts.input(), { convertImage });
      pages.push(extractPage(cleanText(value)));
    } while (parts.nextSlice());
  } catch (error) {
    if (error instanceof SragError) throw error;
    throw damaged(`The document cannot be read: ${(error as Error).message}.`, error);
  }
  return joined(pages);
}

/** The parts of a document as mammoth reads them: from the archive, and the main part slice by slice. */
class Parts {
  readonly #archive: Archive;
  readonly #texts = new Map<string, XmlSlices>();
  #slice = 0;

  constructor(archive: Archive) {
    this.#archive = archive;
  }

  /** What mammoth takes in place of a file's bytes; its declarations lack it. */
  input(): { readonly buffer: Buffer } {
    const file = {
      exists: (name: string) => this.#archive.has(name),
      read: async (name: string, encoding?: string) =>
        encoding === undefined ? this.#archive.read(name) : this.#text(name),
    };
    return { file } as unknown as { buffer: Buffer };
  }

  /** Goes on to the next slice; false after the last. */
  nextSlice(): boolean {
    this.#slice += 1;
    return [...this.#texts.values()].some(({ count }) => this.#slice < count);
  }

  #text(name: string): string {
    const known = this.#texts.get(name) ?? xmlSlices(new TextDecoder().decode(this.#archive.read(name)));
    this.#texts.set(name, known);
    return known.slice(known.count === 1 ? 0 : this.#slice);
  }
}

function joined(pages: readonly Page[]): Omit<Page, 'metadata'> {
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
