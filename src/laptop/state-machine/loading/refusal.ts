import type { z } from 'zod';
import { SragError } from '../../../core/index.ts';

type Path = readonly PropertyKey[];

/** The path as text, such as `States.Retrieve.Retry[0].MaxAttempts`. */
export const pathText = (path: Path): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '') || '(the definition)';

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
};

/** The definition violates a rule of Amazon States Language; Step Functions would refuse it too. */
export const invalid = (path: Path, problem: string): SragError =>
  new SragError('INVALID_CONFIG', `State machine definition, ${pathText(path)}: ${problem}`, {
    remedy: 'Correct the definition.',
    fields: { path: pathText(path) },
  });

/** A feature of Amazon States Language that this interpreter does not implement. */
export const unsupported = (path: Path, what: string): SragError =>
  new SragError('UNSUPPORTED', `State machine definition, ${pathText(path)}: ${what}`, {
    remedy: 'docs/reference/state-machine.md lists what the interpreter implements.',
    fields: { path: pathText(path) },
  });

const JSONPATH = 'is a JSONPath field; only the query language JSONata is implemented.';

/** Known fields of Amazon States Language that the interpreter does not implement, with the reason. */
const UNSUPPORTED_FIELDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'InputPath',
      'OutputPath',
      'Parameters',
      'Result',
      'ResultPath',
      'ResultSelector',
      'ItemsPath',
      'MaxConcurrencyPath',
      'ToleratedFailureCountPath',
      'ToleratedFailurePercentagePath',
      'MaxItemsPerBatchPath',
      'MaxInputBytesPerBatchPath',
      'TimeoutSecondsPath',
      'HeartbeatSecondsPath',
      'Variable',
      'And',
      'Or',
      'Not',
    ].map((name) => [name, `'${name}' ${JSONPATH}`]),
  ),
  QueryLanguage: "'QueryLanguage' of a state is not implemented; set it for the whole definition.",
  Iterator: "'Iterator' is the old name of 'ItemProcessor'; only 'ItemProcessor' is implemented.",
  HeartbeatSeconds: "'HeartbeatSeconds' is not implemented: a Lambda invocation has no heartbeat.",
  Credentials: "'Credentials' is not implemented: there are no roles to assume on a laptop.",
  ResultWriter: "'ResultWriter' is not implemented: results of a Map become its output.",
  ReaderConfig: "'ReaderConfig' is not implemented: every item of the listing is read.",
  Items: "'Items' is not implemented: a Map reads its items with an 'ItemReader'.",
  ToleratedFailureCount: "'ToleratedFailureCount' is not implemented; use 'ToleratedFailurePercentage'.",
  MaxInputBytesPerBatch: "'MaxInputBytesPerBatch' is not implemented; use 'MaxItemsPerBatch'.",
};

/** For each field, the values of Amazon States Language that the interpreter does not support. */
const UNSUPPORTED_VALUES: Readonly<Record<string, readonly unknown[]>> = {
  Type: ['Parallel', 'Wait', 'Succeed', 'Fail'],
  ItemReader: [undefined],
  ProcessorConfig: [undefined],
  Mode: [undefined, 'INLINE'],
  ExecutionType: ['EXPRESS'],
};
const SUPPORTED_STATES =
  'The laptop runs the deployed definitions, which use only Task, Pass, Choice, and Map over an ItemReader with Mode DISTRIBUTED and ExecutionType STANDARD';

interface Issue {
  readonly code?: string;
  readonly path: Path;
  readonly message: string;
  readonly keys?: readonly string[];
  /** What is wrong with the key, if this issue is an invalid key of a record. */
  readonly issues?: readonly Issue[];
}

/**
 * The error for the first issue of a schema. Unknown fields take precedence, since a typo causes other issues
 * too.
 */
export function refusalOf(error: z.ZodError, definition: unknown): SragError {
  const issues: readonly Issue[] = error.issues;
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys?.[0] ?? '';
    const path = [...issue.path, key];
    const reason = UNSUPPORTED_FIELDS[key];
    return reason === undefined
      ? invalid(path, `there is no field '${key}' here.`)
      : unsupported(path, reason);
  }
  const value = valueAt(definition, issue.path);
  const problem = `${issue.message}; it is ${shown(value)}.`;
  if (UNSUPPORTED_VALUES[String(issue.path.at(-1))]?.includes(value)) {
    return unsupported(issue.path, `${problem} ${SUPPORTED_STATES}.`);
  }
  if (issue.code === 'invalid_key') return invalid(issue.path, `${issue.issues?.[0]?.message}.`);
  return invalid(issue.path, problem);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (current, part) => (current as Record<PropertyKey, unknown> | undefined | null)?.[part],
    value,
  );
}
