/** The subset of JSON Schema that reference pages show. */
export interface SchemaNode {
  readonly required?: readonly string[];
  readonly anyOf?: readonly SchemaNode[];
  readonly const?: unknown;
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
}

/** First line of generated pages. */
export const MADE = '<!-- Generated from the program by `npm run docs`; edits will be overwritten. -->';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
/** A Markdown table. */
export const tableOf = (headings: readonly string[], rows: readonly (readonly string[])[]): string =>
  [headings, headings.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

/**
 * Returns the leaves of an object's schema, each with its dotted key. Keys within a group count as optional,
 * even if the group requires them.
 */
export function keysOf(
  node: SchemaNode,
  prefix = '',
): { key: string; node: SchemaNode; isRequired: boolean }[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, inner]) => {
    const key = prefix + name;
    return inner.properties === undefined
      ? [{ key, node: inner, isRequired: prefix === '' && node.required?.includes(name) === true }]
      : keysOf(inner, `${key}.`);
  });
}

/** Describes a type in words, with its bounds or allowed values. */
export function typeOf({ type, enum: allowed, anyOf, const: only, minimum, maximum }: SchemaNode): string {
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(', ');
  if (only !== undefined) return String(only);
  if (allowed !== undefined) return allowed.join(', ');
  if (type !== 'integer') return type ?? '';
  const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  return isBounded ? `${minimum} to ${maximum}` : 'whole number';
}
