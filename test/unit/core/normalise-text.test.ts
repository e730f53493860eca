import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseText } from '../../../src/core/index.ts';

describe('normaliseText', () => {
  it('equals String.prototype.normalize for texts without long runs of marks', () => {
    const part = fc.oneof(
      fc.nat(0xffff).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(
        'e\u0301',
        'a\u0316\u0301',
        '\u1112\u1161\u11ab',
        'ﬁ',
        '\u0301'.repeat(20),
        '👩‍💻',
        'ab '.repeat(20),
      ),
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 30 }),
        fc.constantFrom('NFC' as const, 'NFKC' as const),
        (parts, form) => {
          const text = parts.join('x');
          expect(normaliseText(text, form)).toBe(text.normalize(form));
        },
      ),
    );
  });

  it.each(['', 'x'.repeat(31), '漢字'.repeat(50)])(
    'inserts joiners into long runs of combining marks that follow the text %j, and changes nothing when applied again',
    (start) => {
      const text = `${start}a${'\u0301'.repeat(50)}${'\u0316'.repeat(50)}b`;
      const normal = normaliseText(text, 'NFC');
      expect(normal).toContain('\u034f');
      expect(normal.replaceAll('\u034f', '').normalize('NFC')).toBe(text.normalize('NFC'));
      expect(normaliseText(normal, 'NFC')).toBe(normal);
    },
  );

  it('normalises a million marks quickly', () => {
    const text = `a${'\u0301'.repeat(500_000)}${'\u0316'.repeat(500_000)}`;
    expect(normaliseText(text, 'NFKC').length).toBeGreaterThan(1_000_000);
  });
});
