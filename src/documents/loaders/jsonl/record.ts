import { type JsonValue, type Metadata, SragError } from '../../../core/index.ts';
import { checkMetadata, checkTitle } from '../check-metadata.ts';
import { cleanText, documentText } from '../decode-text.ts';
import type { FieldMap, LoadLimits } from '../port.ts';

/** A document of a dataset. */
export interface DatasetRecord {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly metadata: Metadata;
}

type JsonObject = Readonly<Record<string, JsonValue>>;

/**
 * Parses one line of a dataset. Integers beyond 2^53 become strings. Top-level keys that are not in the map
 * are added to the metadata.
 * @throws INVALID_RECORD, FILE_TOO_LARGE, FILE_TOO_COSTLY with the reason, and with `fields.documentId` if
 * the id is readable.
 */
export function parseRecord(line: string, map: FieldMap, limits: LoadLimits): DatasetRecord {
  const value = parseObject(line);
  const id = idOf(value, map);
  const text = stringAt(value, map.text, 'text', id);
  if (text === undefined) throw invalid(`it has no '${map.text}' (the text)`, map.text, id);
  return {
    id,
    title: checkTitle(cleanText(stringAt(value, map.title, 'title', id) ?? '')),
    text: documentText(text),
    metadata: checkMetadata(metadataOf(value, map, id), limits),
  };
}

/** Numbers with this many digits may lose precision. */
const LONG_NUMBER = /\d{16}/;

/** Keeps integers beyond 2^53 as strings: they are identifiers, and rounding would change them. */
const keepLongIntegers = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
    ? context?.source
    : value;

function parseObject(line: string): JsonObject {
  let value: unknown;
  try {
    value = LONG_NUMBER.test(line) ? JSON.parse(line, keepLongIntegers) : JSON.parse(line);
  } catch (cause) {
    throw new SragError('INVALID_RECORD', `The line is not valid JSON: ${(cause as Error).message}.`, {
      remedy: 'Write one JSON object per line.',
      cause,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(
      `it is ${Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`}, not an object`,
      '',
    );
  }
  return value as JsonObject;
}

function idOf(value: JsonObject, map: FieldMap): string {
  const id = valueAt(value, map.id);
  if (typeof id === 'number' && Number.isFinite(id)) return String(id);
  if (typeof id === 'string' && id.trim() !== '') return cleanText(id);
  throw invalid(
    id === undefined
      ? `it has no '${map.id}' (the id)`
      : `its '${map.id}' is ${shown(id)}, not a string or number`,
    map.id,
  );
}

function stringAt(value: JsonObject, key: string, what: string, id: string): string | undefined {
  const found = valueAt(value, key);
  if (found === undefined || found === null) return undefined;
  if (typeof found !== 'string')
    throw invalid(`its '${key}' (the ${what}) is ${shown(found)}, not a string`, key, id);
  return found;
}

function metadataOf(value: JsonObject, map: FieldMap, id: string): Metadata {
  const named = new Set([map.id, map.title, map.text, map.metadata]);
  const others = Object.entries(value).filter(([key]) => !named.has(key) && !isMapped(key, named));
  const own = valueAt(value, map.metadata) ?? {};
  if (typeof own !== 'object' || Array.isArray(own)) {
    throw invalid(`its '${map.metadata}' (the metadata) is ${shown(own)}, not an object`, map.metadata, id);
  }
  // The metadata's own keys take precedence over top-level keys of the same name.
  return { ...Object.fromEntries(others), ...(own as JsonObject) };
}

/** Whether a top-level key is only the parent of a mapped dotted key. */
const isMapped = (key: string, named: ReadonlySet<string>): boolean =>
  [...named].some((path) => path.startsWith(`${key}.`));

/** The value of a key; a literal key with dots takes precedence over nested objects. */
function valueAt(value: JsonObject, key: string): JsonValue | undefined {
  if (Object.hasOwn(value, key)) return value[key];
  let current: JsonValue | undefined = value;
  for (const step of key.split('.')) {
    if (typeof current !== 'object' || current === null || Array.isArray(current)) return undefined;
    current = Object.hasOwn(current, step) ? (current as JsonObject)[step] : undefined;
  }
  return current;
}

const shown = (value: JsonValue | undefined): string => JSON.stringify(value)?.slice(0, 40) ?? 'absent';

const invalid = (problem: string, path: string, documentId?: string): SragError =>
  new SragError('INVALID_RECORD', `The record is invalid: ${problem}.`, {
    remedy: 'Correct the line, or map the fields with the fieldMap setting.',
    fields: { path, documentId },
  });
