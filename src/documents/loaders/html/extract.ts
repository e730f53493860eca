import { parse, type DefaultTreeAdapterTypes as Tree } from 'parse5';
import type { Block, Metadata } from '../../../core/index.ts';
import { TextBuilder } from './text-builder.ts';

/** Elements whose content is not visible or not text. */
const DROPPED = new Set(
  'script style nav template noscript head iframe object embed svg canvas audio video button select datalist dialog math'.split(
    ' ',
  ),
);
const PARAGRAPHS = new Set(
  'address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form header hgroup html legend main p section summary'.split(
    ' ',
  ),
);
const PREFORMATTED = new Set(['pre', 'textarea', 'listing', 'xmp', 'plaintext']);
const WHITE_SPACE_STAYS = /white-space\s*:\s*(?:pre|break-spaces)/i;
const HEADING = /^h([1-6])$/;
const PERMALINK = /^\s*[¶§#🔗]\s*$/u;

/** The visible text of a page with its structure. */
export interface Page {
  /** The `title` element, else the first `h1`. */
  readonly title: string | undefined;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly metadata: Metadata;
}

/** Parses HTML as browsers do (WHATWG, with parse5): visible text, headings, lists, tables and preformatted text. */
export function extractPage(html: string): Page {
  const document = parse(html);
  const builder = new TextBuilder();
  walk(document, builder);
  const { text, blocks } = builder.finish();
  const head = headOf(document);
  const heading = blocks.find(({ kind, level }) => kind === 'heading' && level === 1)?.title;
  return { title: head.title ?? heading, text, blocks, metadata: head.metadata };
}

type Step = { readonly node: Tree.ChildNode } | { readonly onEnd: () => void };

/** Traverses depth first with an explicit stack, because pages may be nested arbitrarily deep. */
function walk(document: Tree.Document, builder: TextBuilder): void {
  const steps: Step[] = [];
  const push = (children: readonly Tree.ChildNode[]): void => {
    for (let index = children.length - 1; index >= 0; index--) steps.push({ node: children[index]! });
  };
  push(document.childNodes);
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    if ('onEnd' in step) {
      step.onEnd();
      continue;
    }
    const { node } = step;
    if (node.nodeName === '#text') builder.write((node as Tree.TextNode).value);
    if (!('tagName' in node) || isDropped(node)) continue;
    const onEnd = enter(node, builder);
    if (onEnd !== undefined) steps.push({ onEnd });
    push(node.childNodes);
  }
}

/** Starts an element in the builder. Returns the callback that ends it. */
function enter(element: Tree.Element, builder: TextBuilder): (() => void) | undefined {
  const name = element.tagName;
  const heading = HEADING.exec(name);
  if (heading !== null) return builder.open('heading', Number(heading[1]));
  if (PREFORMATTED.has(name) || isStyledCode(element)) return builder.preformatted();
  if (name === 'table') return builder.open('table');
  if (name === 'ul' || name === 'ol' || name === 'menu') return builder.open('list');
  if (name === 'li') return builder.line('- ');
  if (name === 'tr' || name === 'caption' || name === 'option') return builder.line('');
  if (name === 'td' || name === 'th') builder.cell();
  else if (name === 'br') builder.breakLine();
  else if (name === 'hr') builder.breakParagraph();
  else if (name === 'img') builder.write(attribute(element, 'alt') ?? '');
  else if (PARAGRAPHS.has(name)) {
    builder.breakParagraph();
    return () => builder.breakParagraph();
  }
  return undefined;
}

/**
 * Whether the style of a `code` element preserves white space. Other elements are ignored, because page
 * generators give this style to ordinary words, too.
 */
const isStyledCode = (element: Tree.Element): boolean =>
  element.tagName === 'code' &&
  WHITE_SPACE_STAYS.test(attribute(element, 'style') ?? '') &&
  element.childNodes.some(
    (node) => node.nodeName !== '#text' || (node as Tree.TextNode).value.includes('\n'),
  );

const isDropped = (element: Tree.Element): boolean =>
  DROPPED.has(element.tagName) ||
  attribute(element, 'hidden') !== undefined ||
  attribute(element, 'aria-hidden') === 'true' ||
  attribute(element, 'role') === 'navigation' ||
  isPermalink(element) ||
  /display\s*:\s*none/i.test(attribute(element, 'style') ?? '');

/** Whether an element is a permalink, such as the `¶` with which a heading links to itself. */
const isPermalink = ({ tagName, attrs, childNodes }: Tree.Element): boolean =>
  tagName === 'a' &&
  attrs.some(({ name, value }) => name === 'href' && value.startsWith('#')) &&
  childNodes.length === 1 &&
  PERMALINK.test('value' in childNodes[0]! ? childNodes[0].value : '');

const attribute = (element: Tree.Element, name: string): string | undefined =>
  element.attrs.find((each) => each.name === name)?.value;

/** Title, language and the common `meta` names of a page. */
function headOf(document: Tree.Document): {
  readonly title: string | undefined;
  readonly metadata: Metadata;
} {
  const root = document.childNodes.find((node): node is Tree.Element => node.nodeName === 'html');
  const head = root?.childNodes.find((node): node is Tree.Element => node.nodeName === 'head');
  const metadata: Record<string, string> = {};
  const language = root === undefined ? undefined : attribute(root, 'lang');
  if (language) metadata.lang = language;
  let title: string | undefined;
  for (const node of head?.childNodes ?? []) {
    if (!('tagName' in node)) continue;
    if (node.tagName === 'title') {
      const words = node.childNodes.map((child) => ('value' in child ? child.value : '')).join('');
      title ??= words.replace(/\s+/g, ' ').trim() || undefined;
    }
    const name = node.tagName === 'meta' ? attribute(node, 'name')?.toLowerCase() : undefined;
    const content = attribute(node, 'content');
    if (name !== undefined && content && ['author', 'description', 'keywords'].includes(name))
      metadata[name] = content;
  }
  return { title, metadata };
}
