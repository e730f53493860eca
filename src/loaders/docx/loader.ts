import { SragError } from '../../core/index.ts';
import { cleanText } from '../decode-text.ts';
import { damaged, empty } from '../faults.ts';
import { fileTitle } from '../file-title.ts';
import { extractPage } from '../html/extract.ts';
import type { Loader } from '../port.ts';
import { readWhole } from '../read-file.ts';
import { checkArchive } from './archive.ts';

/** Word documents: converted to HTML by mammoth (headings by style), then read as a page. Images are left out. */
export const docxLoader: Loader = {
  name: 'docx',
  async *load(file, options) {
    const bytes = await readWhole(file, options);
    checkArchive(bytes, options.limits.maxFileBytes);
    const { title, text, blocks } = extractPage(await toHtml(bytes));
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

async function toHtml(bytes: Uint8Array): Promise<string> {
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
  try {
    const convertImage = mammoth.images.imgElement(async () => ({ src: '' }));
    const { value } = await mammoth.convertToHtml({ buffer: Buffer.from(bytes) }, { convertImage });
    return cleanText(value);
  } catch (error) {
    throw damaged(`The document cannot be read: ${(error as Error).message}.`, error);
  }
}
