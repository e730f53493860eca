import type { Block, Metadata } from '../../../core/index.ts';
import { decodeText } from '../decode-text.ts';
import { empty } from '../faults.ts';
import { fileTitle } from '../file-title.ts';
import type { Loader } from '../port.ts';
import { readWhole } from '../read-file.ts';
import { markdownBlocks } from './blocks.ts';
import { splitFrontMatter } from './front-matter.ts';

/** Markdown (CommonMark and GFM). The text is the source without its front matter, which becomes metadata. */
export const markdownLoader: Loader = {
  name: 'markdown',
  async *load(file, options) {
    const { body, metadata } = await splitFrontMatter(
      decodeText(await readWhole(file, options)),
      options.limits,
    );
    if (!/\S/.test(body)) throw empty('The file contains no text.');
    const blocks = await markdownBlocks(body);
    yield {
      kind: 'document',
      document: {
        id: file.source,
        source: file.source,
        title: titleOf(metadata, blocks) ?? fileTitle(file.path),
        text: body,
        blocks,
        metadata,
        mediaType: 'text/markdown',
        isRecord: false,
      },
    };
  },
};

/** The title of the front matter, else the first heading of level 1. */
function titleOf(metadata: Metadata, blocks: readonly Block[]): string | undefined {
  const stated = metadata.title;
  if (typeof stated === 'string' && stated.trim() !== '') return stated.trim();
  return blocks.find(({ kind, level, title }) => kind === 'heading' && level === 1 && title !== '')?.title;
}
