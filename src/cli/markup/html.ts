import { printable } from '../../core/index.ts';
import { isSafeUrl } from './safe-url.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** A text as it may stand between tags and in quoted attributes: no markup, no control characters. */
export const escapeHtml = (text: string): string =>
  printable(text).replace(/[&<>"'`]/g, (character) => ENTITIES[character]!);

/** A link; where its address is not safe, the text alone. */
export const htmlLink = (url: string, text: string): string =>
  isSafeUrl(url)
    ? `<a href="${escapeHtml(url)}" rel="noopener noreferrer nofollow">${escapeHtml(text)}</a>`
    : escapeHtml(text);
