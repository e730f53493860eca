/** The visible text of one line of Markdown: without marks, link targets, tags, escapes and attribute lists. */
export const plainText = (markdown: string): string =>
  markdown
    .trim()
    .replace(/\{:?\s?[#.][^{}]{0,200}\}$/, '')
    .replace(/!?\[([^[\]]{0,300})\]\([^()]{0,500}\)/g, '$1')
    .replace(/<\/?[a-zA-Z][^<>]{0,300}>/g, '')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/[*`]|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
