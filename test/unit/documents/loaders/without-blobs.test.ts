import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { docxParagraph, docxParts, zipOf } from './binary-samples.ts';
import { documentOf } from './load-all.ts';

/** Deterministic bytes that look random. */
const BYTES = Buffer.concat(
  Array.from({ length: 100 }, (_, index) => createHash('sha512').update(String(index)).digest()),
);
const BASE64 = BYTES.toString('base64');
const URI = `data:image/png;base64,${BASE64}`;
const textOf = async (name: string, content: string | Uint8Array): Promise<string> =>
  (await documentOf(name, content)).text;

describe('encoded data in texts', () => {
  it.each([
    ['inline images', `![plan](${URI}) text`, '![plan](…) text'],
    ['reference definitions', `[image1]: <${URI}>\n\ntext`, '[image1]: <…>\n\ntext'],
    ['definitions with a title', `[i]: ${URI} "Plan"`, '[i]: … "Plan"'],
    ['attributes', `<img src="${URI}" alt="plan"> text`, '<img src="…" alt="plan"> text'],
    [
      'small images',
      '![dot](data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7)',
      '![dot](…)',
    ],
    ['drawings', `![d](data:image/svg+xml;charset=utf-8,${'%3Csvg%20'.repeat(20)})`, '![d](…)'],
    ['base64 without an address', `before ${BASE64} after`, 'before … after'],
    ['base64 for addresses', `before ${BYTES.toString('base64url')} after`, 'before … after'],
    ['hexadecimal digits', `before ${BYTES.toString('hex')} after`, 'before … after'],
    [
      'certificates',
      `BEGIN\n${BASE64.slice(0, 640).replace(/.{64}/g, '$&\n')}-----END-----`,
      'BEGIN\n…\n-----END-----',
    ],
    ['quoted lines', `> ${BASE64.slice(0, 608).match(/.{76}/g)!.join('\n> ')}\n\nafter`, '> …\n\nafter'],
  ])('is removed from Markdown: %s', async (_, source, text) => {
    expect(await textOf('a.md', source)).toBe(text);
  });

  it('is removed from pages, records, plain texts and Word files', async () => {
    expect(await textOf('a.html', `<p>see ${URI} there<img src="${URI}" alt="plan"></p>`)).toBe(
      'see … thereplan',
    );
    expect(await textOf('a.jsonl', JSON.stringify({ _id: '1', text: `see ${URI} there` }))).toBe(
      'see … there',
    );
    expect(await textOf('a.txt', `see ${BASE64} there`)).toBe('see … there');
    expect(await textOf('a.docx', zipOf(docxParts(docxParagraph(`see ${BASE64} there`))))).toBe(
      'see … there',
    );
  });

  it.each([
    ['long words', 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'],
    ['long names', `call ${'someVeryLongFunctionName'.repeat(12)} here`],
    ['long paths', `/${'usr/share/local-data/module_name/'.repeat(12)}file`],
    ['addresses', `https://example.org/a?signature=${BASE64.slice(0, 400)}`],
    ['rules', `a\n\n${'-'.repeat(300)}\n\n${'='.repeat(300)}b`],
    ['hashes', `sha512-${BASE64.slice(0, 88)} and ${BYTES.subarray(0, 64).toString('hex')}`],
    [
      'lists of hashes',
      Array.from({ length: 6 }, (_, at) => BYTES.subarray(at, at + 32).toString('hex')).join('\n'),
    ],
    [
      'lists of long names',
      [
        'GetUserAccountDetailsByIdAndRegionV2Request12',
        'ListUserAccountsByRegionAndStatusV3Request4',
        'DeleteUserAccountDetailsByIdAndRegionV2Request7',
        'end',
      ].join('\n'),
    ],
    ['texts about encoded data', 'Write data:text/plain,hello or data:image/png;base64, and more.'],
    ['a single repeated letter', 'x'.repeat(500)],
    ['Chinese', '本公司员工每年享有十天带薪年假'.repeat(40)],
  ])('is not mistaken for %s', async (_, source) => {
    expect(await textOf('a.md', source)).toBe(source.normalize('NFC'));
  });
});
