import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, printableJson, printableLine } from '../../../src/core/index.ts';

/** Characters that must not reach a terminal, listed independently of the implementation. */
const isHostile = (unit: number): boolean =>
  (unit < 0x20 && unit !== 0x09 && unit !== 0x0a) ||
  (unit >= 0x7f && unit < 0xa0) ||
  (unit >= 0x202a && unit <= 0x202e) ||
  (unit >= 0x2066 && unit <= 0x2069) ||
  [0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0x2060, 0xfeff].includes(unit);
const hostileIn = (text: string): string[] =>
  Array.from(text).filter((character) => isHostile(character.codePointAt(0)!));

describe('printable text', () => {
  it.each([
    ['CSI', 'a\u001b[2Jb', 'a␛[2Jb'],
    ['OSC, ended by BEL', '\u001b]0;owned\u0007', '␛]0;owned␇'],
    ['DCS and ST', '\u001bPq#0\u001b\\', '␛Pq#0␛\\'],
    ['8-bit CSI, OSC and DCS', '\u009b2J\u009d0;x\u009c\u0090q', '�2J�0;x��q'],
    ['a carriage return that overwrites', 'rm -rf\rls', 'rm -rf␍ls'],
    ['backspaces and DEL', 'bad\b\b\b\u007fok', 'bad␈␈␈␡ok'],
    ['bidirectional controls', 'a\u202eexe.\u2066txt\u2069', 'aexe.txt'],
    ['zero-width characters', 'pay\u200bpal\u200d.com\ufeff', 'paypal.com'],
    ['lone surrogates', 'a\ud800b\udc00', 'a�b�'],
    ['tags', 'x\u{e0041}\u{e007f}', 'x'],
  ])('neutralises %s', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('keeps line breaks, tabs, emoji, combining marks, Persian and Korean', () => {
    const text = 'a\tb\n👩‍💻 e\u0301 می‌خواهم 한국어 ❤️ \u{20000}';
    expect(printable(text)).toBe(text);
    expect(printable('one\r\ntwo')).toBe('one\ntwo');
  });

  it('has a single line if it is made by printableLine', () => {
    expect(printableLine('a\nERROR: b\tc\r\nd')).toBe('a␊ERROR: b c␊d');
  });

  it('never contains a hostile character, even if it is joined from parts that were escaped separately', () => {
    const text = fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    });
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(hostileIn(printable(left) + printable(right))).toEqual([]);
        expect(hostileIn(printableJson({ [left]: right }))).toEqual([]);
        expect(printable(printable(left))).toBe(printable(left));
      }),
    );
  });

  it('escapes hostile characters in JSON without changing its value', () => {
    const value = { title: 'a\u001b\u009b\u007f\u2028\u202e\u200b\u{e0041}한글' };
    const json = printableJson(value, 2);
    expect(JSON.parse(json)).toEqual(value);
    expect(json).toBe('{\n  "title": "a\\u001b\\u009b\\u007f\\u2028\\u202e\\u200b\\udb40\\udc41한글"\n}');
  });
});
