/**
 * Characters that control a terminal or disguise text: C0 except tab and line feed, DEL, C1 (8-bit escape sequences),
 * bidirectional controls, line separators, zero-width characters, tags and lone surrogates. Joiners are kept after
 * non-ASCII characters, where emoji and several scripts need them.
 */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it matches.
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e007f}]|(?<![^\0-\x7f])[\u200c\u200d]/gu;
const LINE_BREAKS = /\r\n?|[\n\u2028\u2029]/g;

/**
 * The text made safe for a terminal: control characters become their pictures (`␛`), or `�` if they have none, and
 * invisible characters are removed. Line feeds and tabs stay; CR LF becomes a line feed.
 */
export const printable = (text: string): string =>
  text.replaceAll('\r\n', '\n').replace(UNPRINTABLE, pictureOf);

/** Like {@link printable}, but on one line, so that names, paths and table cells cannot forge a line. */
export const printableLine = (text: string): string =>
  printable(text.replace(LINE_BREAKS, '\u240a').replaceAll('\t', ' '));

/** JSON that also escapes the unprintable characters that `JSON.stringify` leaves raw; its value is unchanged. */
export const printableJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(UNPRINTABLE, escapeUnits);

/** The text for a model: without unprintable characters, except line feeds and tabs. */
export const withoutUnprintable = (text: string): string =>
  text.replace(LINE_BREAKS, '\n').replace(UNPRINTABLE, '');

function pictureOf(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  if (code === 0x2028 || code === 0x2029) return '\n';
  return code < 0xa0 || (code >= 0xd800 && code <= 0xdfff) ? '\ufffd' : '';
}

const escapeUnits = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
