import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { printable } from '../../core/index.ts';
import { isSafeUrl } from './safe-url.ts';

/**
 * Maximum length of a text, longer than real answers. Longer texts, and those still unsafe after MOST_ROUNDS,
 * lose all markup: for some texts the parser's time is quadratic in their length.
 */
const MOST_CHARACTERS = 10_000;
const MOST_ROUNDS = 8;
/** Maximum number of nesting marks: deep nesting slows parsers down, and no answer needs it. */
const MOST_MARKS_OF_NESTING = 100;
const PUNCTUATION = /[!-/:-@[-`{-~]/g;

/**
 * Makes Markdown safe to render with as few changes as possible: raw HTML is shown as text, images become
 * links (so that nothing is fetched), and links to `javascript:`, `data:` and the like become text. For
 * renderers of CommonMark and GFM; unsafe parts are found by parsing.
 */
export function neutraliseMarkdown(text: string): string {
  let current = printable(text);
  if (current.length > MOST_CHARACTERS || isDeep(current)) return withoutMarkup(current);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const places = unsafePlaces(current);
    if (places.length === 0) return current;
    // Former HTML is now parsed as Markdown and images are now links, so both are checked again.
    current = escapedAt(current, places);
  }
  return withoutMarkup(current);
}

/** Offsets of characters to escape with a backslash, in order. */
function unsafePlaces(text: string): number[] {
  const places = new Set<number>();
  const visit = (node: Nodes): void => {
    const from = node.position?.start.offset;
    const to = node.position?.end.offset;
    if (from !== undefined && to !== undefined) {
      if (node.type === 'html') for (let at = from; at < to; at++) if (text[at] === '<') places.add(at);
      if (node.type === 'image' || node.type === 'imageReference') places.add(from);
      if ((node.type === 'link' || node.type === 'definition') && !isSafeUrl(node.url)) places.add(from);
    }
    if ('children' in node) node.children.forEach(visit);
  };
  visit(fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
  return [...places].sort((left, right) => left - right);
}

function escapedAt(text: string, places: readonly number[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const at of places) {
    parts.push(text.slice(from, at), '\\');
    from = at;
  }
  parts.push(text.slice(from));
  return parts.join('');
}

/** Whether a line, or the whole text, opens more brackets or quotes than parsers handle quickly. */
function isDeep(text: string): boolean {
  let open = 0;
  for (const character of text) {
    if (character === '\n') open = 0;
    else if ('[>*_<`'.includes(character) && ++open > MOST_MARKS_OF_NESTING) return true;
  }
  return false;
}

const withoutMarkup = (text: string): string => text.replace(PUNCTUATION, '\\$&');
