/** Both bytes of a KS X 1001 character are between these values. */
const LOW = 0xa1;
const HIGH = 0xfe;
const REPLACEMENT = 0xfffd;
const FIRST_SYLLABLE = 0xac00;
const LAST_SYLLABLE = 0xd7a3;

/**
 * Decodes CP949 (Unified Hangul Code, a superset of EUC-KR); invalid bytes become U+FFFD. Node's `euc-kr`
 * decoder supports only KS X 1001, unlike the WHATWG's. CP949 adds the other 8,822 syllables, in Unicode
 * order, in the byte pairs that KS X 1001 does not use.
 */
export function decodeCp949(bytes: Uint8Array): string {
  const table = cp949Table();
  const units = new Uint16Array(bytes.length);
  let length = 0;
  for (let index = 0; index < bytes.length; index++) {
    const lead = bytes[index]!;
    if (lead < 0x80) {
      units[length++] = lead;
      continue;
    }
    const trail = bytes[index + 1] ?? 0;
    const unit = table[(lead << 8) | trail];
    // After an invalid byte, an ASCII character is not consumed.
    if (unit || trail >= 0x80) index += 1;
    units[length++] = unit || REPLACEMENT;
  }
  return new TextDecoder('utf-16le').decode(units.subarray(0, length));
}

/** Later additions to the standard that Node's decoder lacks. */
const LATER_SIGNS: readonly (readonly [number, string])[] = [
  [0xa2e6, '€'],
  [0xa2e7, '®'],
];

let built: Uint16Array | undefined;

/** UTF-16 code unit by byte pair; 0 if there is none. */
function cp949Table(): Uint16Array {
  if (built !== undefined) return built;
  const table = new Uint16Array(0x1_0000);
  const standard = new Set<number>();
  const decoder = new TextDecoder('euc-kr');
  for (let lead = LOW; lead <= HIGH; lead++) {
    // Each pair is decoded on its own line, so that a pair without a character does not shift the others.
    const row = Array.from({ length: HIGH - LOW + 1 }, (_, index) => [lead, LOW + index, 0x0a]).flat();
    for (const [index, character] of decoder.decode(Uint8Array.from(row)).split('\n').entries()) {
      if (character.length !== 1 || character === '\ufffd') continue;
      table[(lead << 8) | (LOW + index)] = character.charCodeAt(0);
      standard.add(character.charCodeAt(0));
    }
  }
  let syllable = FIRST_SYLLABLE;
  for (const pair of extensionPairs()) {
    while (standard.has(syllable)) syllable += 1;
    if (syllable > LAST_SYLLABLE) break;
    table[pair] = syllable;
    syllable += 1;
  }
  for (const [pair, sign] of LATER_SIGNS) table[pair] = sign.charCodeAt(0);
  built = table;
  return table;
}

/**
 * The byte pairs that KS X 1001 does not use, in order. The second byte is an ASCII letter, or 0x81 or
 * higher.
 */
function* extensionPairs(): Iterable<number> {
  for (let lead = 0x81; lead <= 0xc6; lead++) {
    for (let trail = 0x41; trail <= (lead < LOW ? HIGH : LOW - 1); trail++) {
      const isLetter = (trail >= 0x41 && trail <= 0x5a) || (trail >= 0x61 && trail <= 0x7a);
      if (isLetter || trail >= 0x81) yield (lead << 8) | trail;
    }
  }
}
