import type { Block, SourceDocument } from '../../core/index.ts';
import { estimateTokens } from './estimate-tokens.ts';

/**
 * A range of text that starts and ends with visible characters. It is split only if it does not fit into a
 * chunk.
 */
export interface Part {
  readonly kind: Block['kind'];
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
}

/** A heading with the text directly below it and its subsections; the root has no heading. */
export interface Section {
  /** 0 for the document itself. */
  readonly level: number;
  readonly headingPath: readonly string[];
  readonly parts: Part[];
  readonly children: Section[];
}

/** Maximum length of a title that is repeated in every chunk below it, in UTF-16 units. */
const MAX_TITLE = 1_000;

/** Truncates a long title, because repeating it would make the chunks many times larger than the text. */
export const shortTitle = (title: string): string =>
  title.length <= MAX_TITLE ? title : title.slice(0, MAX_TITLE).toWellFormed();

/** The document as a tree of sections. Every visible character is in exactly one part, in order. */
export function sectionTree(document: SourceDocument): Section {
  const root: Section = { level: 0, headingPath: [], parts: [], children: [] };
  const open: Section[] = [root];
  for (const { block, start, end } of coveredBlocks(document)) {
    const part = trimmedPart(document.text, block?.kind ?? 'paragraph', start, end);
    if (part === undefined) continue;
    if (block?.kind === 'heading') {
      const level = Math.min(6, Math.max(1, block.level ?? 1));
      while (open.at(-1)!.level >= level) open.pop();
      const parent = open.at(-1)!;
      const title = shortTitle((block.title ?? document.text.slice(start, end)).trim());
      const headingPath = title === '' ? parent.headingPath : [...parent.headingPath, title];
      const section: Section = { level, headingPath, parts: [], children: [] };
      parent.children.push(section);
      open.push(section);
    }
    open.at(-1)!.parts.push(part);
  }
  return root;
}

/** Blocks in order, and the text between them as paragraphs, so that text outside blocks is not lost. */
function* coveredBlocks(document: SourceDocument): Iterable<{ block?: Block; start: number; end: number }> {
  let position = 0;
  for (const block of document.blocks) {
    yield* paragraphs(document.text, position, block.start);
    yield { block, start: Math.max(position, block.start), end: block.end };
    position = Math.max(position, block.end);
  }
  yield* paragraphs(document.text, position, document.text.length);
}

/** Ranges between blank lines. */
function* paragraphs(text: string, from: number, to: number): Iterable<{ start: number; end: number }> {
  let start = from;
  for (const gap of text.slice(from, to).matchAll(/\n[^\S\n]*\n\s*/g)) {
    yield { start, end: from + gap.index };
    start = from + gap.index + gap[0].length;
  }
  if (start < to) yield { start, end: to };
}

/** The range without surrounding white space; undefined if nothing is left. */
export function trimmedPart(text: string, kind: Block['kind'], start: number, end: number): Part | undefined {
  const trimmed = text.slice(start, end).trimStart();
  if (trimmed === '') return undefined;
  const first = end - trimmed.length;
  const last = first + trimmed.trimEnd().length;
  return { kind, start: first, end: last, tokens: estimateTokens(text, first, last) };
}
