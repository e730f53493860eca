import type { FieldType, FieldTypes, JsonValue, Metadata } from '../core/index.ts';

/** A declared field's value as its column holds it; null where the metadata lacks it or it has another type. */
export function fieldValue(value: JsonValue | undefined, type: FieldType): JsonValue {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'string[]': {
      if (typeof value === 'string') return [value];
      return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : null;
    }
  }
}

/** All declared fields of a chunk's metadata. */
export function fieldValues(metadata: Metadata, fields: FieldTypes): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, type]) => [name, fieldValue(metadata[name], type)]),
  );
}
