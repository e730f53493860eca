import type { ChunkerSettings } from '../../core/index.ts';
import type { Part, Section } from './sections.ts';

/** Adjacent parts that become one chunk, or several if they do not fit into one. */
export interface Group {
  /** Merging another group appends to this list. */
  readonly parts: Part[];
  readonly tokens: number;
  readonly headingPath: readonly string[];
  /** Groups with the same container are siblings; only siblings are merged. */
  readonly container: Section;
  readonly hasBody: boolean;
}

/**
 * Splits a document at its headings. Small sections are merged with their siblings up to half the budget;
 * sections below a fifth of it, up to the full budget. Otherwise hundreds of ten-token chunks would rank by
 * their headings alone.
 */
export function groupSections(root: Section, settings: ChunkerSettings): readonly Group[] {
  const target = Math.ceil(settings.maxTokens / 2);
  const tiny = Math.ceil(settings.maxTokens / 5);
  const groups: Group[] = [];
  for (const group of groupsOf(root, root, target)) {
    const previous = groups.at(-1);
    if (
      previous !== undefined &&
      belongTogether(previous, group, { target, tiny, maxTokens: settings.maxTokens })
    ) {
      groups[groups.length - 1] = merged(previous, group);
    } else {
      groups.push(group);
    }
  }
  return groups;
}

function* groupsOf(section: Section, container: Section, target: number): Iterable<Group> {
  if (section.children.length === 0 || tokensUpTo(section, target) <= target) {
    const whole = wholeGroup(section, container);
    if (whole.parts.length > 0) yield whole;
    return;
  }
  const own = wholeGroup({ ...section, children: [] }, section);
  if (own.parts.length > 0) yield own;
  for (const child of section.children) yield* groupsOf(child, section, target);
}

/** Tokens of a section and its subsections, counted until they exceed `limit`. */
function tokensUpTo(section: Section, limit: number): number {
  let tokens = section.parts.reduce((sum, part) => sum + part.tokens, 0);
  for (const child of section.children) {
    if (tokens > limit) break;
    tokens += tokensUpTo(child, limit - tokens);
  }
  return tokens;
}

function wholeGroup(section: Section, container: Section): Group {
  const inOrder = flattened(section);
  const parts = inOrder.flatMap((each) => each.parts);
  const withBody = inOrder.filter((each) => each.parts.some(({ kind }) => kind !== 'heading'));
  return {
    parts,
    tokens: parts.reduce((sum, part) => sum + part.tokens, 0),
    headingPath: commonPath((withBody.length > 0 ? withBody : inOrder).map((each) => each.headingPath)),
    container,
    hasBody: withBody.length > 0,
  };
}

const flattened = (section: Section): Section[] => [section, ...section.children.flatMap(flattened)];

function belongTogether(
  left: Group,
  right: Group,
  sizes: { readonly target: number; readonly tiny: number; readonly maxTokens: number },
): boolean {
  const tokens = left.tokens + right.tokens;
  // A heading without its own text belongs to the text of its first subsection.
  if (!left.hasBody) return true;
  if (!right.hasBody || left.container !== right.container) return false;
  if (tokens <= sizes.target) return true;
  return Math.min(left.tokens, right.tokens) < sizes.tiny && tokens <= sizes.maxTokens;
}

function merged(left: Group, right: Group): Group {
  for (const part of right.parts) left.parts.push(part);
  return {
    parts: left.parts,
    tokens: left.tokens + right.tokens,
    headingPath: left.hasBody ? commonPath([left.headingPath, right.headingPath]) : right.headingPath,
    container: right.container,
    hasBody: right.hasBody,
  };
}

function commonPath(paths: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...rest] = paths;
  let length = first.length;
  for (const path of rest) {
    while (length > 0 && first.slice(0, length).some((title, index) => title !== path[index])) length -= 1;
  }
  return first.slice(0, length);
}
