import { decodeText } from '../decode-text.ts';
import { empty } from '../faults.ts';
import { fileTitle } from '../file-title.ts';
import type { Loader } from '../port.ts';
import { readWhole } from '../read-file.ts';

/** Plain text. It has no blocks: the chunker finds paragraphs at blank lines. */
export const textLoader: Loader = {
  name: 'text',
  async *load(file, options) {
    const text = decodeText(await readWhole(file, options));
    if (!/\S/.test(text)) throw empty('The file contains only white space.');
    yield {
      kind: 'document',
      document: {
        id: file.source,
        source: file.source,
        title: fileTitle(file.path),
        text,
        blocks: [],
        metadata: {},
        mediaType: 'text/plain',
        isRecord: false,
      },
    };
  },
};
