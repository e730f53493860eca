/** A value that JSON can represent. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An expression of Step Functions: `{% expression %}`. */
export const isExpression = (value: unknown): value is `{%${string}%}` =>
  typeof value === 'string' && value.startsWith('{%') && value.endsWith('%}') && value.length >= 4;

/** The JSONata inside `{% %}`. */
export const expressionSource = (text: string): string => text.slice(2, -2).trim();

/** Size of a value as compact JSON in UTF-8, in bytes; Step Functions' limits refer to it. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');

/** Path of a value within a state, in the format of Step Functions' causes: `Arguments/Payload/keys[0]`. */
export const childField = (field: string, key: string | number): string =>
  typeof key === 'number' ? `${field}[${key}]` : `${field}/${key}`;

/** Every string in a value with its path; the keys of objects are not included. */
export function* stringsOf(value: unknown, field: string): Generator<{ text: string; field: string }> {
  if (typeof value === 'string') yield { text: value, field };
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* stringsOf(item, childField(field, index));
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) yield* stringsOf(item, childField(field, key));
  }
}
