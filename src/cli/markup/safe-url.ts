/** Schemes that execute nothing. */
const SAFE_SCHEMES = new Set(['http', 'https', 'mailto']);
/** Characters that browsers ignore in a scheme: white space and control characters. */
const SKIPPED = /[\0-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const SCHEME = /^([a-z][a-z0-9+.-]*):/;

/**
 * Whether a link target is safe: `http:`, `https:`, `mailto:` or a relative address. `javascript:`, `data:`,
 * `vbscript:`, `file:` and all others may run code or reach private data.
 */
export function isSafeUrl(url: string): boolean {
  const scheme = SCHEME.exec(url.replace(SKIPPED, '').toLowerCase())?.[1];
  return scheme === undefined || SAFE_SCHEMES.has(scheme);
}
