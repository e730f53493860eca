import { SragError } from './errors.ts';
import type { FieldType, FieldTypes, Filter, FilterScalar } from './filter.ts';
import { FILTER_LIMITS } from './limits.ts';
import { nearestName } from './names.ts';

const OPERATORS = ['eq', 'ne', 'in', 'lt', 'lte', 'gt', 'gte'] as const;
/** Maximum characters of a value that an error message quotes. */
const MAX_REPEATED = 100;

/**
 * Checks that `value` is a filter over declared fields and within {@link FILTER_LIMITS}, and returns it typed.
 * @throws INVALID_FILTER (shape, size, operator or type of a value; `fields.path` locates it) or UNKNOWN_FIELD.
 */
export const checkFilter = (value: unknown, fields: FieldTypes): Filter =>
  new FilterCheck(fields).part(value, 'filter', 0);

class FilterCheck {
  readonly #fields: FieldTypes;
  #parts = 0;
  #values = 0;

  constructor(fields: FieldTypes) {
    this.#fields = fields;
  }

  part(value: unknown, path: string, depth: number): Filter {
    if (depth > FILTER_LIMITS.depth)
      throw invalid(path, `it is nested deeper than ${FILTER_LIMITS.depth} levels`);
    if (++this.#parts > FILTER_LIMITS.parts)
      throw invalid(path, `the filter has more than ${FILTER_LIMITS.parts} parts`);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw invalid(path, `it is ${repeated(value)}, not an object`);
    const keys = Object.keys(value).sort().join();
    const given = value as Record<string, unknown>;
    for (const name of ['and', 'or'] as const) {
      if (keys !== name) continue;
      const parts = given[name];
      if (!Array.isArray(parts)) throw invalid(`${path}.${name}`, 'it must be a list of filters');
      const checked = parts.map((part, index) => this.part(part, `${path}.${name}[${index}]`, depth + 1));
      return name === 'and' ? { and: checked } : { or: checked };
    }
    if (keys === 'not') return { not: this.part(given.not, `${path}.not`, depth + 1) };
    if (keys !== 'field,op,value') {
      const found = keys === '' ? 'it has no keys' : `its keys are ${keys.slice(0, MAX_REPEATED)}`;
      throw invalid(path, `${found}; write {field, op, value}, {and}, {or} or {not}`);
    }
    return this.#condition(given.field, given.op, given.value, path);
  }

  #condition(field: unknown, op: unknown, value: unknown, path: string): Filter {
    const type =
      typeof field === 'string' && Object.hasOwn(this.#fields, field) ? this.#fields[field] : undefined;
    if (typeof field !== 'string' || type === undefined)
      throw unknownField(field, Object.keys(this.#fields), path);
    const operator = OPERATORS.find((name) => name === op);
    if (operator === undefined)
      throw invalid(`${path}.op`, `it is ${repeated(op)}; known: ${OPERATORS.join(', ')}`);
    if (operator === 'in') {
      const { valuesPerList } = FILTER_LIMITS;
      if (!Array.isArray(value) || value.length === 0 || value.length > valuesPerList)
        throw invalid(`${path}.value`, `'in' takes a list of 1 to ${valuesPerList} values`);
      const values = value.map((item, index) => this.#scalar(item, type, `${path}.value[${index}]`));
      return { field, op: operator, value: values };
    }
    const checked = this.#scalar(value, type, `${path}.value`);
    if (operator === 'eq' || operator === 'ne') return { field, op: operator, value: checked };
    if (typeof checked === 'boolean' || type === 'string[]')
      throw invalid(`${path}.op`, `'${operator}' cannot compare values of type ${type}`);
    return { field, op: operator, value: checked };
  }

  #scalar(value: unknown, type: FieldType, path: string): FilterScalar {
    if (++this.#values > FILTER_LIMITS.values)
      throw invalid(path, `the filter has more than ${FILTER_LIMITS.values} values`);
    const wanted = type === 'string[]' ? 'string' : type;
    const fits = typeof value === wanted && (typeof value !== 'number' || Number.isFinite(value));
    if (!fits) throw invalid(path, `it is ${repeated(value)}; the field has type ${type}`);
    if (typeof value === 'string' && value.length > FILTER_LIMITS.textLength)
      throw invalid(path, `it has ${value.length} characters; the limit is ${FILTER_LIMITS.textLength}`);
    return value as FilterScalar;
  }
}

function unknownField(field: unknown, names: readonly string[], path: string): SragError {
  const nearest = typeof field === 'string' ? nearestName(field, names) : undefined;
  return new SragError(
    'UNKNOWN_FIELD',
    `${repeated(field)} is not a filterable field (${names.join(', ') || 'none is declared'}).`,
    {
      remedy:
        nearest === undefined
          ? 'Declare filterable fields when the collection is created: --field NAME:TYPE.'
          : `Did you mean '${nearest}'?`,
      fields: { path: `${path}.field`, allowed: names },
    },
  );
}

/** A filter value as error messages quote it. */
function repeated(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, MAX_REPEATED)}'`;
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

const invalid = (path: string, problem: string): SragError =>
  new SragError('INVALID_FILTER', `The filter is invalid at ${path}: ${problem}.`, {
    remedy: `For example {"field": "year", "op": "gte", "value": 2024}.`,
    fields: { path },
  });
