import { attributeOf, type Item, invalid } from './attribute-value.ts';

/** The supported conditions: whether an attribute exists. */
export interface Condition {
  readonly attribute: string;
  readonly exists: boolean;
}

/**
 * Parses `attribute_exists(a)` or `attribute_not_exists(a)`, where `a` is a name or a placeholder.
 * @throws ValidationException for every other expression, and for placeholders that do not match
 */
export function readCondition(
  expression: string | undefined,
  names: Readonly<Record<string, string>> | undefined,
): Condition | undefined {
  const placeholders = new Set(Object.keys(names ?? {}));
  if (expression === undefined) {
    if (names === undefined) return undefined;
    throw invalid('ExpressionAttributeNames can only be specified when using expressions');
  }
  const found = /^\s*attribute_(not_)?exists\s*\(\s*(#?[A-Za-z_][A-Za-z0-9_]*|#[A-Za-z0-9_]+)\s*\)\s*$/.exec(
    expression,
  );
  if (found === null) {
    throw invalid(
      `The condition '${expression}' is not supported by the laptop; attribute_exists(name) and attribute_not_exists(name) are.`,
    );
  }
  const [, not, name = ''] = found;
  placeholders.delete(name);
  const attribute = name.startsWith('#') ? names?.[name] : name;
  if (attribute === undefined) {
    throw invalid(
      `Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: ${name}`,
    );
  }
  if (placeholders.size > 0) {
    throw invalid(
      `Value provided in ExpressionAttributeNames unused in expressions: keys: {${[...placeholders].join(', ')}}`,
    );
  }
  return { attribute, exists: not === undefined };
}

export const isMet = ({ attribute, exists }: Condition, item: Item | undefined): boolean =>
  (attributeOf(item, attribute) !== undefined) === exists;
