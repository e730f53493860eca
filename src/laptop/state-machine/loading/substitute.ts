import { isObject } from '../json.ts';
import { invalid } from './refusal.ts';

const PLACEHOLDER = /\$\{([A-Za-z][A-Za-z0-9_]*)\}/g;

/**
 * Copies a definition, replacing `${Name}` in every string as CloudFormation's DefinitionSubstitutions do.
 * @throws INVALID_CONFIG for a placeholder without a value, and for an unused value.
 */
export function substitute(definition: unknown, values: Readonly<Record<string, string>>): unknown {
  const used = new Set<string>();
  const copy = (value: unknown, path: readonly PropertyKey[]): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => copy(item, [...path, index]));
    if (isObject(value)) {
      // The schemas would silently drop a field named `__proto__`.
      if (Object.hasOwn(value, '__proto__'))
        throw invalid([...path, '__proto__'], 'no field can have this name.');
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, copy(item, [...path, key])]),
      );
    }
    if (typeof value !== 'string') return value;
    return value.replace(PLACEHOLDER, (placeholder, name: string) => {
      const replacement = Object.hasOwn(values, name) ? values[name] : undefined;
      if (replacement === undefined) {
        const given = Object.keys(values).join(', ') || 'none';
        throw invalid(path, `${placeholder} has no value (substitutions given: ${given}).`);
      }
      used.add(name);
      return replacement;
    });
  };
  const result = copy(definition, []);
  const unused = Object.keys(values).find((name) => !used.has(name));
  if (unused !== undefined) {
    throw invalid([], `no string uses the substitution '${unused}'.`);
  }
  return result;
}
