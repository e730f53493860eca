import type { Nodes, Root, RootContent } from 'mdast';
import type { Block } from '../../../core/index.ts';
import { cutLines } from './cut-lines.ts';
import { skeletonOf } from './skeleton.ts';

/** Inline constructs, which do not affect the block structure and are parsed only in headings. */
const INLINE_CONSTRUCTS = [
  'attention',
  'autolink',
  'characterEscape',
  'characterReference',
  'codeText',
  'hardBreakEscape',
  'htmlText',
  'labelEnd',
  'labelStartImage',
  'labelStartLink',
];

/** Start of an attribute list of MkDocs or Pandoc: `## Title { #anchor .class }`. */
const ATTRIBUTE_LIST = /\{:?\s*(?:[#.][^\s}]|[\w-]+=)/;
/** Longer headings are not parsed, because the parser takes quadratic time. */
const MAX_PARSED_HEADING = 1_000;
/** Headings without any of these characters need no parser. */
const INLINE_MARKUP = /[\\`*_[\]<>&!~]|https?:|www\./;

/**
 * The top-level blocks of a Markdown source (CommonMark with GFM tables), at the positions that the parser
 * reports. Headings inside quotes and lists do not start sections.
 */
export async function markdownBlocks(source: string): Promise<readonly Block[]> {
  const parse = await parser();
  const skeleton = skeletonOf(source);
  const blocks: Block[] = [];
  const lines = skeleton.text.split('\n');
  const cuts = cutLines(skeleton.text);
  for (const [index, { line: firstLine, isForced }] of cuts.entries()) {
    const stretch =
      cuts.length === 1 ? skeleton.text : lines.slice(firstLine, cuts[index + 1]?.line).join('\n');
    let isRest = isForced;
    for (const node of parse.structure(stretch).children) {
      if (node.position === undefined) continue;
      const start = skeleton.toOffset(firstLine + node.position.start.line, node.position.start.column);
      const end = skeleton.toOffset(firstLine + node.position.end.line, node.position.end.column);
      const last = blocks.at(-1);
      isRest &&= last !== undefined && continues(last, node, source.slice(last.end, start));
      if (isRest) blocks[blocks.length - 1] = { ...last!, end };
      else if (node.type !== 'heading') blocks.push({ kind: kindOf(node), start, end });
      else
        blocks.push({
          kind: 'heading',
          start,
          end,
          level: node.depth,
          title: parse.title(source.slice(start, end)),
        });
    }
  }
  return blocks;
}

/** Whether a node after a forced split continues the previous block. */
const continues = (last: Block, node: RootContent, between: string): boolean =>
  last.kind !== 'heading' &&
  node.type !== 'heading' &&
  (/^\n[ \t]*$/.test(between) || (last.kind === 'list' && node.type === 'list'));

async function parser(): Promise<{ structure: (text: string) => Root; title: (heading: string) => string }> {
  const [{ fromMarkdown }, { gfm }, { gfmFromMarkdown }] = await Promise.all([
    import('mdast-util-from-markdown'),
    import('micromark-extension-gfm'),
    import('mdast-util-gfm'),
  ]);
  const { flow = {} } = gfm();
  const extensions = [{ flow }, { disable: { null: INLINE_CONSTRUCTS } }];
  const mdastExtensions = gfmFromMarkdown().filter(({ enter }) => enter != null && 'table' in enter);
  return {
    structure: (text) => fromMarkdown(text, { extensions, mdastExtensions }),
    title: (heading) => {
      const visible =
        heading.length <= MAX_PARSED_HEADING && INLINE_MARKUP.test(heading)
          ? visibleText(fromMarkdown(heading))
          : withoutMarks(heading);
      return withoutAttributes(visible.trimEnd()).replace(/\s+/g, ' ').trim();
    },
  };
}

/** Removes the marks of a heading: `## Title ##`, or an underline. */
const withoutMarks = (heading: string): string =>
  heading
    .replace(/^\s*#{1,6}(?=\s|$)/, '')
    .replace(/(^|\s)#+\s*$/, '')
    .replace(/\n[^\S\n]*(?:=+|-+)\s*$/, '');

/** Removes a trailing attribute list from a title. */
function withoutAttributes(title: string): string {
  if (!title.endsWith('}')) return title;
  const from = title.lastIndexOf('}', title.length - 2) + 1;
  const list = ATTRIBUTE_LIST.exec(title.slice(from, -1));
  return list === null ? title : title.slice(0, from + list.index);
}

function kindOf(node: RootContent): Block['kind'] {
  if (node.type === 'code' || node.type === 'table' || node.type === 'list') return node.type;
  return node.type === 'html' && /^<table\b/i.test(node.value) ? 'table' : 'paragraph';
}

/** The text of a node without markup and HTML tags. */
function visibleText(node: Nodes): string {
  if (node.type === 'html') return '';
  if (node.type === 'image') return node.alt ?? '';
  if (node.type === 'break') return ' ';
  if ('value' in node) return node.value;
  return 'children' in node ? node.children.map(visibleText).join('') : '';
}
