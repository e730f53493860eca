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

/** Escapes a text for element content and quoted attributes; control characters are neutralised. */
export const escapeHtml = (text: string): string =>
  printable(text).replace(/[&<>"'`]/g, (character) => ENTITIES[character]!);

/** A link, or only its text if the address is unsafe. */
export const htmlLink = (url: string, text: string): string =>
  isSafeUrl(url)
    ? `<a href="${escapeHtml(url)}" rel="noopener noreferrer nofollow">${escapeHtml(text)}</a>`
    : escapeHtml(text);
