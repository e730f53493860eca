import { SragError } from './errors.ts';
import type { FieldType, FieldTypes, Filter } from './filter.ts';
import { nearestName } from './names.ts';

const OPERATORS = ['eq', 'ne', 'in', 'lt', 'lte', 'gt', 'gte'] as const;
const MAX_DEPTH = 16;
const MAX_VALUES = 1_000;

/**
 * Checks that `value` is a filter over declared fields, and gives it typed.
 * @throws INVALID_FILTER (shape, operator, type of a value; `fields.path` says where) or UNKNOWN_FIELD.
 */
export function checkFilter(value: unknown, fields: FieldTypes, path = 'filter', depth = 0): Filter {
  if (depth > MAX_DEPTH) throw invalid(path, `it is nested deeper than ${MAX_DEPTH} levels`);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(path, `it is ${JSON.stringify(value)}, not an object`);
  }
  const keys = Object.keys(value).sort().join();
  const given = value as Record<string, unknown>;
  for (const name of ['and', 'or'] as const) {
    if (keys !== name) continue;
    const parts = given[name];
    if (!Array.isArray(parts)) throw invalid(`${path}.${name}`, 'it must be a list of filters');
    const checked = parts.map((part, index) =>
      checkFilter(part, fields, `${path}.${name}[${index}]`, depth + 1),
    );
    return name === 'and' ? { and: checked } : { or: checked };
  }
  if (keys === 'not') return { not: checkFilter(given.not, fields, `${path}.not`, depth + 1) };
  if (keys !== 'field,op,value') {
    throw invalid(path, `its keys are ${keys || 'none'}; write {field, op, value}, {and}, {or} or {not}`);
  }
  return checkCondition(given.field, given.op, given.value, fields, path);
}

function checkCondition(
  field: unknown,
  op: unknown,
  value: unknown,
  fields: FieldTypes,
  path: string,
): Filter {
  const names = Object.keys(fields);
  const type = typeof field === 'string' && Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (typeof field !== 'string' || type === undefined) {
    const nearest = typeof field === 'string' ? nearestName(field, names) : undefined;
    throw new SragError(
      'UNKNOWN_FIELD',
      `'${String(field)}' is not a filterable field (${names.join(', ') || 'none is declared'}).`,
      {
        remedy:
          nearest === undefined
            ? 'Declare filterable fields when the collection is made: --field NAME:TYPE.'
            : `Did you mean '${nearest}'?`,
        fields: { path: `${path}.field`, allowed: names },
      },
    );
  }
  const operator = OPERATORS.find((name) => name === op);
  if (operator === undefined)
    throw invalid(`${path}.op`, `it is '${String(op)}'; known: ${OPERATORS.join(', ')}`);
  if (operator === 'in') {
    if (!Array.isArray(value) || value.length === 0 || value.length > MAX_VALUES) {
      throw invalid(`${path}.value`, `'in' takes a list of 1 to ${MAX_VALUES} values`);
    }
    return {
      field,
      op: operator,
      value: value.map((item, index) => scalar(item, type, `${path}.value[${index}]`)),
    };
  }
  const checked = scalar(value, type, `${path}.value`);
  if (operator === 'eq' || operator === 'ne') return { field, op: operator, value: checked };
  if (typeof checked === 'boolean' || type === 'string[]') {
    throw invalid(`${path}.op`, `'${operator}' does not order values of type ${type}`);
  }
  return { field, op: operator, value: checked };
}

function scalar(value: unknown, type: FieldType, path: string): string | number | boolean {
  const wanted = type === 'string[]' ? 'string' : type;
  const fits = typeof value === wanted && (typeof value !== 'number' || Number.isFinite(value));
  if (!fits) throw invalid(path, `it is ${JSON.stringify(value)}; the field holds ${type}`);
  return value as string | number | boolean;
}

const invalid = (path: string, problem: string): SragError =>
  new SragError('INVALID_FILTER', `The filter is wrong at ${path}: ${problem}.`, {
    remedy: `For example {"field": "year", "op": "gte", "value": 2024}.`,
    fields: { path },
  });

/** Whether metadata satisfies a checked filter: what every index kind's own filter must agree with. */
export function matchesFilter(filter: Filter, values: Readonly<Record<string, unknown>>): boolean {
  if ('and' in filter) return filter.and.every((part) => matchesFilter(part, values));
  if ('or' in filter) return filter.or.some((part) => matchesFilter(part, values));
  if ('not' in filter) return !matchesFilter(filter.not, values);
  const actual = values[filter.field] ?? null;
  if (actual === null) return filter.op === 'ne';
  const held: readonly unknown[] = Array.isArray(actual) ? actual : [actual];
  switch (filter.op) {
    case 'eq':
      return held.includes(filter.value);
    case 'ne':
      return !held.includes(filter.value);
    case 'in':
      return filter.value.some((value) => held.includes(value));
    case 'lt':
      return compare(actual, filter.value) < 0;
    case 'lte':
      return compare(actual, filter.value) <= 0;
    case 'gt':
      return compare(actual, filter.value) > 0;
    case 'gte':
      return compare(actual, filter.value) >= 0;
  }
}

/** Strings by UTF-8 bytes as databases do (code points order), numbers by value. */
function compare(left: unknown, right: string | number): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string')
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return Number.NaN;
}
