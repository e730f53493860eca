import { decodeCp949 } from './decode-korean.ts';

/** Common names of encodings that are missing from the WHATWG's list. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  cp949: 'euc-kr',
  ms949: 'euc-kr',
  uhc: 'euc-kr',
  cp936: 'gb18030',
  ms936: 'gb18030',
  cp932: 'shift_jis',
  cp950: 'big5',
  'latin-1': 'windows-1252',
  utf8mb4: 'utf-8',
};

/** The WHATWG's name of an encoding; undefined for unknown encodings. */
export function encodingNamed(label: string): string | undefined {
  const name = label.trim().toLowerCase();
  try {
    return new TextDecoder(OTHER_NAMES[name] ?? name).encoding;
  } catch {
    return undefined;
  }
}

/** Characters 0x80 to 0x9f of windows-1252, which Node decodes as control characters. */
const WINDOWS_SIGNS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** Decodes bytes; invalid ones become U+FFFD. */
export function decodeAs(bytes: Uint8Array, encoding: string): string {
  if (encoding === 'euc-kr') return decodeCp949(bytes);
  const text = new TextDecoder(encoding === 'gbk' ? 'gb18030' : encoding).decode(bytes);
  return encoding === 'windows-1252'
    ? text.replace(/[\x80-\x9f]/g, (sign) => WINDOWS_SIGNS[sign.charCodeAt(0) - 0x80]!)
    : text;
}

/** Counts the characters outside ASCII, and how many of them are U+FFFD, which replaces invalid bytes. */
export function countCharacters(text: string): { readonly beyondAscii: number; readonly bad: number } {
  let beyondAscii = 0;
  let bad = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) beyondAscii += 1;
    if (unit === 0xfffd) bad += 1;
  }
  return { beyondAscii, bad };
}
