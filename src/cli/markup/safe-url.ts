/** Schemes that lead somewhere and run nothing. */
const SAFE_SCHEMES = new Set(['http', 'https', 'mailto']);
/** Browsers skip white space and control characters in a scheme. */
const SKIPPED = /[\0-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const SCHEME = /^([a-z][a-z0-9+.-]*):/;

/**
 * Whether a link may lead there: `http:`, `https:`, `mailto:`, or a relative address. `javascript:`, `data:`,
 * `vbscript:`, `file:` and all others may run code or reach what is not public.
 */
export function isSafeUrl(url: string): boolean {
  const scheme = SCHEME.exec(url.replace(SKIPPED, '').toLowerCase())?.[1];
  return scheme === undefined || SAFE_SCHEMES.has(scheme);
}
