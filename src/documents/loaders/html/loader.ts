import { checkMetadata } from '../check-metadata.ts';
import { declaredEncoding } from '../declared-encoding.ts';
import { cleanText, decodeText } from '../decode-text.ts';
import { empty } from '../faults.ts';
import { fileTitle } from '../file-title.ts';
import type { Loader } from '../port.ts';
import { readWhole } from '../read-file.ts';

/** HTML: the visible text, with headings, lists, tables and preformatted text as blocks. */
export const htmlLoader: Loader = {
  name: 'html',
  async *load(file, options) {
    const bytes = await readWhole(file, options);
    const source = decodeText(bytes, declaredEncoding(bytes));
    const { extractPage } = await import('./extract.ts');
    // Decoded entities may compose with the preceding characters, so the title is normalised again.
    const { title, text, blocks, metadata } = extractPage(source);
    if (!/\S/.test(text))
      throw empty(
        'The page shows no text.',
        'If scripts create its content, save the page as rendered by a browser.',
      );
    yield {
      kind: 'document',
      document: {
        id: file.source,
        source: file.source,
        title: cleanText(title ?? fileTitle(file.path)),
        text,
        blocks,
        metadata: checkMetadata(metadata, options.limits),
        mediaType: 'text/html',
        isRecord: false,
      },
    };
  },
};
