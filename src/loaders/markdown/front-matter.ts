import type { JsonValue, Metadata } from '../../core/index.ts';

const FENCED = /^---[^\S\n]*\n(?:([\s\S]*?)\n)?(?:---|\.\.\.)[^\S\n]*(?:\n|$)/;

/** A Markdown source without its YAML front matter, and what that said. */
export interface FrontMatter {
  readonly body: string;
  readonly metadata: Metadata;
}

/**
 * Takes YAML front matter off a Markdown source. What is between the fences but not a YAML mapping is text between
 * two rules, and stays text. Dates are kept as they are written.
 */
export async function splitFrontMatter(source: string): Promise<FrontMatter> {
  const match = FENCED.exec(source);
  if (match === null) return { body: source, metadata: {} };
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(match[1] ?? '', { schema: 'core', logLevel: 'error', maxAliasCount: 50 }) ?? {};
  } catch {
    return { body: source, metadata: {} };
  }
  if (typeof value !== 'object' || Array.isArray(value) || value === null)
    return { body: source, metadata: {} };
  return { body: source.slice(match[0].length), metadata: asJson(value) as Metadata };
}

/** What JSON can hold of a YAML value: infinities and NaN become null. */
const asJson = (value: object): JsonValue => JSON.parse(JSON.stringify(value)) as JsonValue;
