/** Maximum size of the part of a page that is searched for its encoding declaration. */
const MAX_HEAD_BYTES = 2 ** 20;
const MAX_TAG = 2_000;
const CHARSET = /\bcharset\s*=[\s"']*([\w.:+-]+)/i;
const XML_ENCODING = /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([\w.:+-]+)/i;
/** Elements whose content is not markup. */
const RAW = ['script', 'style', 'title', 'noscript', 'template'];

/** The encoding that a page declares in its XML declaration or in a `meta` element anywhere in its head. */
export function declaredEncoding(bytes: Uint8Array): string | undefined {
  const page = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAX_HEAD_BYTES)).toString(
    'latin1',
  );
  const head = page.toLowerCase();
  const stated = XML_ENCODING.exec(head.slice(0, MAX_TAG))?.[1];
  if (stated !== undefined) return stated;
  for (let open = head.indexOf('<'); open >= 0; open = head.indexOf('<', open)) {
    if (isTag(head, open, 'body')) return undefined;
    if (isTag(head, open, 'meta')) {
      const charset = CHARSET.exec(tagAt(head, open))?.[1];
      if (charset !== undefined) return charset;
    }
    open = endOf(head, open);
  }
  return undefined;
}

const isTag = (head: string, open: number, name: string): boolean =>
  head.startsWith(name, open + 1) && !/[\w-]/.test(head[open + 1 + name.length] ?? ' ');

function tagAt(head: string, open: number): string {
  const start = head.slice(open, open + MAX_TAG);
  const end = start.indexOf('>');
  return end < 0 ? start : start.slice(0, end);
}

/**
 * Offset from which to search for the next tag: after a comment, or after an element whose content is not
 * markup.
 */
function endOf(head: string, open: number): number {
  const raw = RAW.find((name) => isTag(head, open, name));
  const end = head.startsWith('<!--', open) ? '-->' : raw === undefined ? undefined : `</${raw}`;
  const found = end === undefined ? open + 1 : head.indexOf(end, open + 1);
  return found < 0 ? head.length : found + (end?.length ?? 0);
}
