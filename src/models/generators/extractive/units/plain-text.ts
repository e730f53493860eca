/** Longer pieces are cut before they are read: no answer quotes them completely. */
const MAX_CHARACTERS = 2_000;

const CODE = /(`+)([^`\n]+?)\1(?!`)/gu;
const IMAGE = /!\[[^\]]*\]\([^)]*\)/gu;
const LINK = /\[((?:\\.|[^\]\\])*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+"[^"]*")?\)/gu;
const REFERENCE_LINK = /\[([^\][]+)\]\[[^\][]*\]/gu;
const TAG = /<\/?[a-zA-Z][^<>]*>|<!--.*?-->/gu;
/** Includes and attributes of documentation generators: `{* file.py *}`, `{ #anchor }`. */
const INCLUDE = /\{[*%{][^{}\n]*[*%}]\}/gu;
const ATTRIBUTES = /\s*\{\s*[#.:][^{}\n]*\}/gu;
const EMPHASIS = /(\*{1,3}|(?<![\p{L}\p{N}_])_{1,3})(?=\S)([^*_\n]+?)\s*\1(?![\p{L}\p{N}_]{2})/gu;
const ESCAPE = /\\([!-/:-@[-`{-~])/gu;

/**
 * The readable text of a piece of Markdown, up to 2,000 characters: link texts without their targets, no images, tags,
 * attributes and emphasis, white space collapsed. Code spans are unchanged.
 */
export function plainText(markdown: string): string {
  const text = markdown.slice(0, MAX_CHARACTERS);
  let plain = '';
  let from = 0;
  for (const code of text.matchAll(CODE)) {
    plain += `${withoutMarkup(text.slice(from, code.index))}\`${code[2]!.trim()}\``;
    from = code.index + code[0].length;
  }
  return (plain + withoutMarkup(text.slice(from))).replace(/\s+/gu, ' ').trim();
}

const withoutMarkup = (text: string): string =>
  text
    .replace(IMAGE, ' ')
    .replace(LINK, '$1')
    .replace(REFERENCE_LINK, '$1')
    .replace(TAG, ' ')
    .replace(INCLUDE, ' ')
    .replace(ATTRIBUTES, '')
    .replace(EMPHASIS, '$2')
    .replace(ESCAPE, '$1');
