/** Name of the first query parameter whose percent-encoded bytes are not UTF-8; else undefined. */
export function parameterNotUtf8(query: string): string | undefined {
  for (const pair of query.replace(/^\?/, '').split('&')) {
    if (isUtf8(pair)) continue;
    const [name = ''] = pair.split('=', 1);
    return name;
  }
  return undefined;
}

/** In a query string, a `%` that is not followed by two hexadecimal digits is literal. */
function isUtf8(text: string): boolean {
  try {
    decodeURIComponent(text.replace(/%(?![\da-f]{2})/gi, '%25'));
    return true;
  } catch {
    return false;
  }
}
