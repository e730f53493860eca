import { z } from 'zod';
import { isSecretName, redactSetting, SragError, unknownName, withoutUndefined } from '../../core/index.ts';

/** The value at `path` of `input` as text; secrets are hidden. */
function actualValue(input: unknown, path: readonly PropertyKey[]): string {
  if (path.some((part) => isSecretName(String(part)))) return '(hidden)';
  let value: unknown = input;
  for (const part of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[part];
  if (value === undefined) return 'missing';
  const text = JSON.stringify(redactSetting(value, String(path.at(-1) ?? ''))) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

/** Keys that the schema allows at `path`, written as paths. */
function allowedKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  let current: unknown = schema;
  for (const part of path) {
    const inner = unwrap(current);
    current = inner instanceof z.ZodArray ? inner.element : shapeOf(inner)[String(part)];
  }
  return Object.keys(shapeOf(unwrap(current))).map((key) => [...path, key].map(String).join('.'));
}

/** A schema without its optional and default wrappers. */
function unwrap(schema: unknown): unknown {
  let current = schema;
  while (
    current instanceof z.ZodOptional ||
    current instanceof z.ZodDefault ||
    current instanceof z.ZodPrefault
  )
    current = current.unwrap();
  return current;
}

const shapeOf = (schema: unknown): Readonly<Record<string, unknown>> =>
  schema instanceof z.ZodObject ? schema.shape : {};

/**
 * Checks the settings of `what` (for example `embedder 'hashing'`) against a strict schema and fills in defaults.
 * @throws UNKNOWN_CONFIG_KEY with the nearest key for a key that does not exist; INVALID_CONFIG with the path, the
 * actual value (secrets hidden) and what is allowed for anything else.
 */
export function parseSettings<S extends z.ZodType>(
  schema: S,
  settings: unknown,
  what: string,
): Readonly<z.output<S>> {
  // Undefined means absent, but a strict schema would reject the key.
  const given = settings ?? {};
  const input = typeof given === 'object' && !Array.isArray(given) ? withoutUndefined(given) : given;
  const result = schema.safeParse(input);
  if (result.success) return Object.freeze(result.data);
  const { issues } = result.error;
  // Report a mistyped key first, since it often causes other issues, such as the correct key missing.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (issue === undefined) throw new SragError('INVALID_CONFIG', `The settings of ${what} are not valid.`);
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    const name = [...path, issue.keys[0] ?? ''].map(String).join('.');
    throw unknownName('UNKNOWN_CONFIG_KEY', `setting of ${what}`, name, allowedKeys(schema, path));
  }
  const name = path.length === 0 ? 'settings' : path.map(String).join('.');
  throw new SragError(
    'INVALID_CONFIG',
    `Setting '${name}' of ${what} is ${actualValue(input, path)}: ${issue.message}.`,
    { remedy: `Correct '${name}' in the configuration or environment.`, fields: { path: name } },
  );
}
