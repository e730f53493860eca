export { escapeHtml, htmlLink } from './html.ts';
export { neutraliseMarkdown } from './markdown.ts';
export { isSafeUrl } from './safe-url.ts';
