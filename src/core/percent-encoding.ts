/** Name of the first parameter of a query string whose percent-encoded bytes are no UTF-8; undefined where all are. */
export function parameterNotUtf8(query: string): string | undefined {
  for (const pair of query.replace(/^\?/, '').split('&')) {
    if (isUtf8(pair)) continue;
    const [name = ''] = pair.split('=', 1);
    return name;
  }
  return undefined;
}

/** A `%` without two digits stands for itself in a query string. */
function isUtf8(text: string): boolean {
  try {
    decodeURIComponent(text.replace(/%(?![\da-f]{2})/gi, '%25'));
    return true;
  } catch {
    return false;
  }
}
