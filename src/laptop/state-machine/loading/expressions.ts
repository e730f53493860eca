import { childField, expressionSource, isExpression, stringsOf } from '../json.ts';
import { type ParsedExpression, parseExpression } from '../jsonata/parse.ts';
import type { Sequence } from './definition.ts';
import { invalid, unsupported } from './refusal.ts';

/** Fields that are never evaluated, and `ItemProcessor`, whose states are visited separately. */
const SKIPPED_FIELDS: readonly string[] = ['Type', 'Comment', 'Resource', 'Next', 'Default', 'ItemProcessor'];
/** Lists of objects with literal and evaluated fields. */
const LISTS: readonly string[] = ['Choices', 'Catch', 'Retry'];

/** All parsed expressions of a definition, by source. */
export type Expressions = ReadonlyMap<string, ParsedExpression>;

/**
 * Parses every `{% %}` of a sequence and its nested sequences.
 * @throws INVALID_CONFIG with the path for invalid JSONata or unbalanced markers; UNSUPPORTED for JSONata
 * that Step Functions does not evaluate.
 */
export function parseExpressions(sequence: Sequence): Expressions {
  const found = new Map<string, ParsedExpression>();
  walk(sequence, [], found);
  return found;
}

function walk(sequence: Sequence, path: readonly PropertyKey[], found: Map<string, ParsedExpression>): void {
  for (const [name, state] of Object.entries(sequence.States)) {
    const statePath = [...path, 'States', name];
    for (const { text, field } of stateStrings(state)) parseOne(text, [...statePath, field], found);
    if (state.Type === 'Map') walk(state.ItemProcessor, [...statePath, 'ItemProcessor'], found);
  }
}

function* stateStrings(fields: object): Generator<{ text: string; field: string }> {
  for (const [key, value] of Object.entries(fields)) {
    if (SKIPPED_FIELDS.includes(key)) continue;
    if (!LISTS.includes(key)) yield* stringsOf(value, key);
    else {
      for (const [index, item] of (value as readonly object[]).entries()) {
        for (const { text, field } of stateStrings(item)) {
          yield { text, field: childField(childField(key, index), field) };
        }
      }
    }
  }
}

function parseOne(text: string, path: readonly PropertyKey[], found: Map<string, ParsedExpression>): void {
  if (!isExpression(text)) {
    if (!text.startsWith('{%') && !text.endsWith('%}')) return;
    throw invalid(path, `'${text}' must begin with {% and end with %} to be evaluated, or do neither.`);
  }
  const source = expressionSource(text);
  if (found.has(source)) return;
  const parsed = parseExpression(source);
  if ('variables' in parsed) {
    found.set(source, parsed);
    return;
  }
  const refuse = parsed.kind === 'invalid' ? invalid : unsupported;
  throw refuse(path, `'${text}': ${parsed.problem}.`);
}
