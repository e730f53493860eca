import { SragError } from '../../../core/index.ts';
import { isObject } from '../json.ts';
import { machineSchema, type Sequence } from './definition.ts';
import { type Expressions, parseExpressions } from './expressions.ts';
import { checkGraph } from './graph.ts';
import { refusalOf, unsupported } from './refusal.ts';
import { checkRules, type MachineType } from './rules.ts';
import { substitute } from './substitute.ts';

/** Step Functions' maximum size of a definition, in bytes. */
const MAX_DEFINITION_BYTES = 1_048_576;

export interface LoadOptions {
  /** Values of `${Name}` in the strings of the definition. */
  readonly substitutions?: Readonly<Record<string, string>>;
  /** Default EXPRESS. */
  readonly type?: MachineType;
}

/** A valid definition that uses only implemented features. */
export interface CheckedDefinition {
  readonly machine: Sequence & { readonly TimeoutSeconds?: number | undefined };
  readonly type: MachineType;
  readonly expressions: Expressions;
}

/**
 * Validates a definition, given as an object or JSON text.
 * @throws INVALID_CONFIG with the path of the field for definitions that Step Functions would refuse too;
 * UNSUPPORTED with the path for features that this interpreter does not implement.
 */
export function checkDefinition(definition: unknown, options: LoadOptions): CheckedDefinition {
  try {
    return check(definition, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SragError('INVALID_CONFIG', 'State machine definition is nested too deeply.', { cause: error });
  }
}

function check(definition: unknown, options: LoadOptions): CheckedDefinition {
  const type = options.type ?? 'EXPRESS';
  const filled = substitute(parsed(definition), options.substitutions ?? {});
  if (isObject(filled) && (filled.QueryLanguage ?? 'JSONPath') === 'JSONPath') {
    throw unsupported(
      ['QueryLanguage'],
      "JSONPath, the default, is not implemented; set 'QueryLanguage' to 'JSONata'.",
    );
  }
  const result = machineSchema.safeParse(filled);
  if (!result.success) throw refusalOf(result.error, filled);
  const machine = result.data;
  checkGraph(machine);
  checkRules(machine, type);
  return { machine, type, expressions: parseExpressions(machine) };
}

function parsed(definition: unknown): unknown {
  const text = typeof definition === 'string' ? definition : (JSON.stringify(definition) ?? 'undefined');
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_DEFINITION_BYTES) {
    throw new SragError('INVALID_CONFIG', `State machine definition has ${bytes} bytes (at most 1 MiB).`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new SragError('INVALID_CONFIG', 'State machine definition is not JSON.', { cause: error });
  }
}
