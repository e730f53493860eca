/** Replacement for removed data. */
const LEFT_OUT = '…';

/** A `data:` URI such as `data:image/png;base64,...`, up to a character that ends URIs (RFC 2397). */
const DATA_URI =
  /\bdata:[\w.+-]{1,60}\/[\w.+-]{1,80}((?:;[\w.+-]{1,60}(?:=[\w.+"-]{0,60})?){0,4}),([^\s"'<>()\\]*)/gi;
/** Shorter `data:` URIs are kept, because they are probably examples in a text about such URIs. */
const MIN_DATA = 64;
const MIN_BASE64_DATA = 16;

/** A run of base64, base64url or hexadecimal digits on one line. */
const RUN = /(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_=-]{200,}/g;
/**
 * Base64 in several lines, as in certificates and mails. Quote marks and indentation may precede each line.
 */
const LINES = /(?<![^\n \t>])(?:[A-Za-z0-9+/]{40,}\n[ \t>]{0,40}){3,}(?:[A-Za-z0-9+/]+={0,2}(?![^\n]))?/g;
const NEXT_LINE = /\n[ \t>]{0,40}$/;
/** Maximum number of characters from the start of a URL to packed data inside it. */
const ADDRESS_CHARACTERS = 2_000;

/** Minimum shares of character classes in encoded data; words do not reach them. */
const MIN_DIGIT_SHARE = 0.04;
const MIN_CAPITAL_SHARE = 0.15;
const MIN_SMALL_SHARE = 0.15;
const MIN_HEX_DIGIT_SHARE = 0.2;

/** Removes data that people do not read: `data:` URIs, and base64 and hexadecimal runs of 200 or more characters. */
export function withoutBlobs(text: string): string {
  // Checked first, because most texts contain neither a long run nor `data:`, and the patterns are the
  // slowest step of text processing.
  const isPlain = !hasLongRun(text) && !/data:/i.test(text);
  return isPlain ? text : withoutMatches(text);
}

/** Length of the shortest base64 run that a pattern can match. */
const SHORTEST_RUN = 40;

/**
 * Whether the text has a base64 run of `SHORTEST_RUN` characters. Checks only every 40th character and its
 * neighbours.
 */
function hasLongRun(text: string): boolean {
  for (let at = SHORTEST_RUN - 1; at < text.length; at += SHORTEST_RUN) {
    if (!isBase64(text.charCodeAt(at))) continue;
    let from = at;
    while (from > 0 && at - from < SHORTEST_RUN && isBase64(text.charCodeAt(from - 1))) from -= 1;
    let to = at + 1;
    while (to - from < SHORTEST_RUN && to < text.length && isBase64(text.charCodeAt(to))) to += 1;
    if (to - from >= SHORTEST_RUN) return true;
  }
  return false;
}

/** Letters, digits and `+/=_-`. */
const isBase64 = (unit: number): boolean =>
  (unit >= 0x61 && unit <= 0x7a) ||
  (unit >= 0x41 && unit <= 0x5a) ||
  (unit >= 0x2f && unit <= 0x39) ||
  unit === 0x2b ||
  unit === 0x2d ||
  unit === 0x3d ||
  unit === 0x5f;

function withoutMatches(text: string): string {
  return text
    .replace(DATA_URI, (uri: string, parameters: string, data: string) =>
      data.length >= (/;base64$/i.test(parameters) ? MIN_BASE64_DATA : MIN_DATA) ? LEFT_OUT : uri,
    )
    .replace(RUN, (run: string, at: number, whole: string) =>
      looksPacked(run) && !isInAddress(whole, at) ? LEFT_OUT : run,
    )
    .replace(LINES, (lines: string) =>
      looksLikeBase64(lines) && hasEvenLines(lines)
        ? LEFT_OUT + (NEXT_LINE.exec(lines.slice(-50))?.[0] ?? '')
        : lines,
    );
}

function isInAddress(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - ADDRESS_CHARACTERS), at);
  return before.split(/\s/).at(-1)!.includes('://');
}

const looksPacked = (run: string): boolean => looksLikeBase64(run) || looksLikeHex(run);

function looksLikeBase64(run: string): boolean {
  let [digits, capitals, small] = [0, 0, 0];
  for (let at = 0; at < run.length; at++) {
    const unit = run.charCodeAt(at);
    if (unit >= 0x30 && unit <= 0x39) digits += 1;
    else if (unit >= 0x41 && unit <= 0x5a) capitals += 1;
    else if (unit >= 0x61 && unit <= 0x7a) small += 1;
  }
  return (
    digits >= run.length * MIN_DIGIT_SHARE &&
    capitals >= run.length * MIN_CAPITAL_SHARE &&
    small >= run.length * MIN_SMALL_SHARE
  );
}

/**
 * Whether all lines but the last have the same length, as in wrapped base64 but not in lists of long names.
 */
function hasEvenLines(lines: string): boolean {
  const lengths = lines.split('\n').map((line) => line.replace(/^[ \t>]+/, '').length);
  return lengths.slice(1, -1).every((length) => length === 0 || length === lengths[0]);
}

const looksLikeHex = (run: string): boolean =>
  /^[0-9a-f]+$/i.test(run) && (run.match(/\d/g)?.length ?? 0) >= run.length * MIN_HEX_DIGIT_SHARE;
