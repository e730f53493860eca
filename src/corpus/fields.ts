import type { FieldType, FieldTypes, JsonValue, Metadata } from '../core/index.ts';

const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d{1,3})?$/i;
const BOOLEAN = /^(?:true|false)$/i;
/** Longer texts are not parsed as numbers. */
const MAX_NUMBER = 400;

/**
 * Converts a metadata value to the type of its declared field if the meaning is certain (`"2024"` for a number, `2024`
 * for a string, one string for a list). Returns null if the value is missing or does not fit.
 */
export function fieldValue(value: JsonValue | undefined, type: FieldType): JsonValue {
  switch (type) {
    case 'string':
      return stringOf(value);
    case 'number':
      return numberOf(value);
    case 'boolean':
      return typeof value === 'string' && BOOLEAN.test(value.trim())
        ? value.trim().toLowerCase() === 'true'
        : typeof value === 'boolean'
          ? value
          : null;
    case 'string[]': {
      const items: readonly JsonValue[] = Array.isArray(value) ? value : [value];
      const strings = items.map(stringOf).filter((item) => item !== null);
      return Array.isArray(value) || strings.length > 0 ? strings : null;
    }
  }
}

/** Whether a value can be converted to the type of its field without loss; a missing value can. */
export function fitsField(value: JsonValue | undefined, type: FieldType): boolean {
  if (value === undefined || value === null) return true;
  const stored = fieldValue(value, type);
  return Array.isArray(stored) && Array.isArray(value) ? stored.length === value.length : stored !== null;
}

const stringOf = (value: JsonValue | undefined): string | null =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : null;

function numberOf(value: JsonValue | undefined): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > MAX_NUMBER || !NUMBER.test(value.trim())) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** The values of all declared fields in a chunk's metadata. */
export function fieldValues(metadata: Metadata, fields: FieldTypes): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, type]) => [name, fieldValue(metadata[name], type)]),
  );
}
