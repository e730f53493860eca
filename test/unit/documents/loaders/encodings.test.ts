import { describe, expect, it } from 'vitest';
import { documentOf, failureOf } from './load-all.ts';

const utf16 = (text: string, bigEndian = false): Buffer => {
  const bytes = Buffer.from(text, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};
/** "안녕하세요. 검색 시험입니다." in CP949. */
const CP949 = Buffer.from('bec8b3e7c7cfbcbcbfe42e20b0cbbbf620bdc3c7e8c0d4b4cfb4d92e', 'hex');
const KOREAN = '안녕하세요. 검색 시험입니다.';

describe('text encodings', () => {
  it.each([
    ['UTF-8', Buffer.from(KOREAN)],
    ['UTF-8 with byte order mark', Buffer.from(`\ufeff${KOREAN}`)],
    ['UTF-16 LE with byte order mark', utf16(`\ufeff${KOREAN}`)],
    ['UTF-16 BE with byte order mark', utf16(`\ufeff${KOREAN}`, true)],
    ['UTF-16 LE without mark', utf16(KOREAN)],
    ['UTF-16 BE without mark', utf16(KOREAN, true)],
    ['CP949', CP949],
  ])('are decoded: %s', async (_, bytes) => {
    expect((await documentOf('a.txt', bytes)).text).toBe(KOREAN);
  });

  it('include the syllables that CP949 adds to EUC-KR', async () => {
    const bytes = Buffer.concat([CP949, Buffer.from('8c63', 'hex')]);
    expect((await documentOf('a.txt', bytes)).text).toBe(`${KOREAN}똠`);
  });

  it('include every Hangul syllable of CP949, and the characters added to it later', async () => {
    expect(
      (await documentOf('a.txt', Buffer.concat([CP949, Buffer.from('8141c652a2e6c8fe', 'hex')]))).text,
    ).toBe(`${KOREAN}갂힣€힝`);
  });

  it('are decoded to NFC text with line feeds as line ends; offsets refer to this text', async () => {
    const { text } = await documentOf('a.txt', 'cafe\u0301 한\r\nnext\rlast');
    expect(text).toBe('café 한\nnext\nlast');
  });

  it('that are unknown cause an error that states the first invalid byte and its offset', async () => {
    const cyrillic = Buffer.from(
      'cff0e8edf2e5f020ede0f5eee4e8f2f1ff20ede020f2f0e5f2fce5ec20fdf2e0e6e52e',
      'hex',
    );
    expect(await failureOf('a.txt', Buffer.concat([Buffer.from('Text: '), cyrillic]))).toMatchObject({
      path: 'a.txt',
      code: 'UNKNOWN_ENCODING',
      message: expect.stringContaining('0xCF at offset 6'),
      remedy: expect.stringContaining('iconv'),
    });
  });

  it('are reported as unknown for UTF-8 that is truncated within a character', async () => {
    expect(await failureOf('a.md', Buffer.from('# Titel: größe').subarray(0, 12))).toMatchObject({
      code: 'UNKNOWN_ENCODING',
    });
  });

  it('are reported as unknown for UTF-16 that is truncated within a character', async () => {
    expect(await failureOf('a.txt', utf16(`\ufeff${KOREAN}`).subarray(0, 9))).toMatchObject({
      code: 'UNKNOWN_ENCODING',
    });
  });

  it.each([
    ['NUL bytes', Buffer.from([0x41, 0, 0, 0, 0x42, 0, 0x43, 1, 2, 0])],
    ['control bytes', Buffer.from(Array.from({ length: 200 }, (_, index) => index % 26))],
  ])('are not detected in a file with %s, which is reported as binary', async (_, bytes) => {
    expect(await failureOf('a.md', bytes)).toMatchObject({ code: 'FILE_BINARY' });
  });

  it('are taken from the declaration of an HTML page', async () => {
    const page = Buffer.concat([
      Buffer.from('<meta charset="shift_jis"><p>'),
      Buffer.from('8c9f8df5', 'hex'),
      Buffer.from('</p>'),
    ]);
    expect((await documentOf('a.html', page)).text).toBe('検索');
  });
});
