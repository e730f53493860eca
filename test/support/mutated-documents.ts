import { deflateSync } from 'node:zlib';
import { docxParagraph, docxParts, pdfOf, zipOf } from '../unit/documents/loaders/binary-samples.ts';
import { seeded } from './seeded.ts';

/** Formats of documents that are mutated. */
export const MUTATED_FORMATS = ['pdf', 'docx', 'html', 'md'] as const;
export type MutatedFormat = (typeof MUTATED_FORMATS)[number];

type Random = () => number;
const below = (random: Random, limit: number): number => Math.floor(random() * limit);
const pick = <Item>(random: Random, items: readonly Item[]): Item => items[below(random, items.length)]!;

/**
 * Functions that create complete documents, by format, including decompression bombs, loops and deep nesting.
 */
const makers: Readonly<Record<MutatedFormat, readonly ((random: Random) => string | Buffer)[]>> = {
  pdf: [
    (random) => pdfOf(Array.from({ length: 1 + below(random, 5) }, (_, page) => `Page ${page} of words`)),
    (random) =>
      streamPdf(deflated(deflated('q '.repeat(1 + below(random, 30_000_000)))), '[/FlateDecode/FlateDecode]'),
    (random) => streamPdf('FF41'.repeat(below(random, 100_000)), '[/ASCIIHexDecode/RunLengthDecode]'),
    (random) => streamPdf(`${'q '.repeat(below(random, 500_000))}BT (x) Tj ET`, ''),
    (random) => streamPdf('z'.repeat(below(random, 3_000_000)), '/ASCII85Decode'),
    (random) => streamPdf(`[${'['.repeat(below(random, 300_000))}`, ''),
    // A page tree that contains itself, and one that declares more pages than it has.
    () =>
      Buffer.from(pdfOf(['looped']).toString('latin1').replace('/Kids [4 0 R]', '/Kids [2 0 R]'), 'latin1'),
    (random) =>
      Buffer.from(
        pdfOf(['few'])
          .toString('latin1')
          .replace('/Count 1', `/Count ${below(random, 9_999)}`),
        'latin1',
      ),
    (random) => Buffer.from(`%PDF-1.7\n${'1 0 obj <</A '.repeat(below(random, 100_000))}`, 'latin1'),
  ],
  docx: [
    (random) => zipOf(docxParts(paragraphs(1 + below(random, 50)))),
    (random) => zipOf(docxParts('<w:p/>'.repeat(below(random, 3_000_000)))),
    (random) =>
      zipOf(docxParts(nested('<w:tbl><w:tr><w:tc>', '</w:tc></w:tr></w:tbl>', below(random, 2_000)))),
    (random) =>
      zipOf({ ...docxParts(paragraphs(3)), 'word/styles.xml': ' '.repeat(below(random, 90_000_000)) }),
    (random) => zipOf({ ...docxParts(paragraphs(3)), 'word/styles.xml': entities(5 + below(random, 20)) }),
    (random) => zipOf(docxParts(`<w:p><w:r><w:t>${'x'.repeat(below(random, 5_000_000))}</w:t></w:r></w:p>`)),
    (random) => {
      const archive = zipOf(docxParts(paragraphs(20)));
      archive.writeUInt32LE(below(random, 2 ** 31), archive.length - 4 - below(random, 18));
      return archive;
    },
  ],
  html: [
    (random) => `<title>T</title>${'<p>words <b>and</b> more</p>'.repeat(1 + below(random, 500))}`,
    (random) => nested('<div>', '</div>', below(random, 200_000)),
    (random) =>
      `${'<b><i><a href=x>'.repeat(below(random, 3_000))}x${'</b></a></p>'.repeat(below(random, 3_000))}`,
    (random) => `${'<div>'.repeat(below(random, 20_000))}${'</p>'.repeat(below(random, 20_000))}`,
    (random) => '<table><tr><td>x'.repeat(below(random, 30_000)),
    (random) => `<table><td colspan=${below(random, 2 ** 31)} rowspan=${below(random, 2 ** 31)}>x</table>`,
    (random) => '<ul><li>x'.repeat(below(random, 100_000)),
    (random) => `<p ${'a=b '.repeat(below(random, 200_000))}>x</p>`,
    (random) => `${'&lt;&notin;&#x41;'.repeat(below(random, 200_000))}`,
    (random) => `<svg>${'<g>'.repeat(below(random, 50_000))}<foreignObject><p>x`,
    (random) => `<select>${'<option>x'.repeat(below(random, 50_000))}`,
  ],
  md: [
    (random) => `# Title\n\n${'Words of a paragraph.\n\n'.repeat(1 + below(random, 300))}`,
    (random) => `${'>'.repeat(below(random, 300_000))} x`,
    (random) => `${'- '.repeat(below(random, 100_000))}x`,
    (random) =>
      Array.from({ length: below(random, 600) }, (_, depth) => `${'  '.repeat(depth)}- x`).join('\n'),
    (random) => `---\n${'? '.repeat(below(random, 20_000))}\n---\nx`,
    (random) => `---\n${'a: ['.repeat(below(random, 10_000))}\n---\nx`,
    (random) => `---\na: &a [x,x,x,x,x,x,x,x,x]\n${yamlAliases(2 + below(random, 12))}\n---\nx`,
    (random) => `---\ntext: ${'y'.repeat(below(random, 300_000))}\n---\nx`,
    (random) => `|${'a|'.repeat(below(random, 20_000))}\n|${'-|'.repeat(below(random, 20_000))}\n`,
    (random) => `${'['.repeat(below(random, 200_000))}x${']('.repeat(below(random, 200_000))}`,
    (random) => `# ${'*_`'.repeat(below(random, 50_000))}`,
    (random) => '```\n'.repeat(below(random, 100_000)),
    (random) => '# x\n'.repeat(below(random, 100_000)),
  ],
};

/**
 * A document with random damage: truncated, with changed bytes, or with repeated or swapped pieces; one in
 * four is undamaged.
 */
export function mutatedDocument(format: MutatedFormat, seed: number): Buffer {
  const random = seeded(seed);
  let bytes: Buffer = Buffer.from(pick(random, makers[format])(random));
  const damages = below(random, 4);
  for (let damage = 0; damage < damages && bytes.length > 0; damage++) bytes = damaged(bytes, random);
  return bytes;
}

function damaged(bytes: Buffer, random: Random): Buffer {
  const at = below(random, bytes.length);
  const piece = bytes.subarray(at, at + below(random, 200));
  switch (below(random, 4)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([
        bytes.subarray(0, at),
        ...Array(1 + below(random, 50)).fill(piece),
        bytes.subarray(at),
      ]);
    case 2: {
      const changed = Buffer.from(bytes);
      for (let count = below(random, 20); count >= 0; count--)
        changed[below(random, changed.length)] = below(random, 256);
      return changed;
    }
    default:
      return Buffer.concat([bytes.subarray(at), bytes.subarray(0, at)]);
  }
}

const deflated = (content: string | Buffer): Buffer => deflateSync(content, { level: 9 });

/** A PDF with one page that has this content stream. */
function streamPdf(content: string | Buffer, filter: string): Buffer {
  const stream = Buffer.from(content).toString('latin1');
  const page = pdfOf(['x']).toString('latin1');
  const [before = '', after = ''] = page.split(/<< \/Length \d+ >>\nstream\n[\s\S]*?\nendstream/);
  const dictionary = `<< /Length ${stream.length} ${filter === '' ? '' : `/Filter ${filter}`} >>`;
  return Buffer.from(`${before}${dictionary}\nstream\n${stream}\nendstream${after}`, 'latin1');
}

const paragraphs = (count: number): string =>
  docxParagraph('Heading', 'Heading1') + docxParagraph('Words of a paragraph.').repeat(count);

const nested = (open: string, close: string, depth: number): string =>
  `${open.repeat(depth)}x${close.repeat(depth)}`;

/** XML entities, each of which expands to ten of the previous level. */
const entities = (levels: number): string =>
  `<!DOCTYPE x [<!ENTITY e0 "x">${Array.from(
    { length: levels },
    (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`,
  ).join('')}]><x>&e${levels};</x>`;

const yamlAliases = (levels: number): string =>
  Array.from({ length: levels }, (_, level) => {
    const previous = String.fromCharCode(97 + level);
    const name = String.fromCharCode(98 + level);
    return `${name}: &${name} [${Array(9).fill(`*${previous}`).join(',')}]`;
  }).join('\n');
