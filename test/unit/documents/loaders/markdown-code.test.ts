import { describe, expect, it } from 'vitest';
import { chunkDocument, DEFAULT_CHUNKER } from '../../../../src/documents/chunking/index.ts';
import { blockTexts, documentOf } from './load-all.ts';

describe('code in Markdown', () => {
  it.each([
    '- Write:\n\n  ```py\n  def f(x):\n      return 1\n  ```\n- Run it.',
    '> Q\n>\n> ```\n> a\n>   b\n> ```',
    '<table><tr><td><pre>\n1\n  2\n</pre></td></tr></table>',
  ])('keeps its lines and indentation inside lists, quotes and tables: %j', async (source) => {
    const document = await documentOf('a.md', source);
    expect(blockTexts(document).map(([, text]) => text)).toEqual([source]);
    const [chunk] = chunkDocument(document, DEFAULT_CHUNKER);
    expect(chunk?.text).toBe(source);
  });
});
