import { z } from 'zod';
import { withoutTrailingSlashes } from '../../../core/index.ts';
import { type JsonService, operation } from '../json/operation.ts';
import { wireError } from '../wire-error.ts';
import { checkName, plainName } from './parameter-name.ts';
import { PARAMETER_TYPES, type Parameter, type ParameterStore } from './parameter-store.ts';

const VALIDATION = 'ValidationException';
/** SSM's limits. */
const MAX_VALUE_CHARACTERS = 4_096;
const MAX_NAMES = 10;
const PAGE = 10;

const NAME = z.string().min(1).max(2_048);
const NAMES = z.array(NAME).min(1).max(MAX_NAMES);
/** Has no effect: values are stored unencrypted. */
const DECRYPTION = { WithDecryption: z.boolean().optional() };
const BY_PATH = z.strictObject({
  Path: NAME,
  Recursive: z.boolean().optional(),
  MaxResults: z.number().int().min(1).max(PAGE).optional(),
  NextToken: z.string().optional(),
  ...DECRYPTION,
});
const PUT = z.strictObject({
  Name: NAME,
  Value: z.string(),
  Type: z.enum(PARAMETER_TYPES).optional(),
  Overwrite: z.boolean().optional(),
  // Accepted and ignored: no supported operation returns it.
  Description: z.string().max(1_024).optional(),
});

/** The operations of AWS Systems Manager's Parameter Store that the run-time switches need. */
export function ssmService(store: ParameterStore, region: string): JsonService {
  const output = outputIn(region);
  return {
    target: 'AmazonSSM',
    contentType: 'application/x-amz-json-1.1',
    errorNamespace: 'com.amazonaws.ssm',
    validationError: VALIDATION,
    maxBodyBytes: 256 * 1_024,
    operations: {
      GetParameter: operation(VALIDATION, z.strictObject({ Name: NAME, ...DECRYPTION }), ({ Name }) => ({
        Parameter: output(find(store, Name)),
      })),

      GetParameters: operation(VALIDATION, z.strictObject({ Names: NAMES, ...DECRYPTION }), ({ Names }) => {
        const { found, missing } = findAll(store, Names);
        return { Parameters: found.map(output), InvalidParameters: missing };
      }),

      GetParametersByPath: operation(VALIDATION, BY_PATH, (input) => {
        const { page, nextToken } = pageBelow(store, input);
        return { Parameters: page.map(output), NextToken: nextToken };
      }),

      PutParameter: operation(VALIDATION, PUT, (input) => putParameter(store, input)),

      DeleteParameter: operation(VALIDATION, z.strictObject({ Name: NAME }), async ({ Name }) => {
        await store.delete(find(store, Name).name);
        return {};
      }),

      DeleteParameters: operation(VALIDATION, z.strictObject({ Names: NAMES }), async ({ Names }) => {
        const deleted = await Promise.all(Names.map((name) => store.delete(name)));
        return {
          DeletedParameters: Names.filter((_, index) => deleted[index]),
          InvalidParameters: Names.filter((_, index) => !deleted[index]),
        };
      }),
    },
  };
}

const outputIn = (region: string) => (parameter: Parameter) => ({
  Name: parameter.name,
  Type: parameter.type,
  Value: parameter.value,
  Version: parameter.version,
  LastModifiedDate: parameter.modifiedMs / 1_000,
  ARN: `arn:aws:ssm:${region}:000000000000:parameter${parameter.name.startsWith('/') ? '' : '/'}${parameter.name}`,
  DataType: 'text',
});

/** @throws ParameterNotFound */
function find(store: ParameterStore, name: string): Parameter {
  const found = store.get(plainName(name));
  if (found === undefined) throw wireError('ParameterNotFound', 400, `Parameter ${name} not found.`);
  return found;
}

/** The parameters with the given names, each once, and the names that do not exist. */
function findAll(store: ParameterStore, given: readonly string[]) {
  const names = [...new Set(given.map(plainName))];
  return {
    found: names.map((name) => store.get(name)).filter((parameter) => parameter !== undefined),
    missing: names.filter((name) => store.get(name) === undefined),
  };
}

/** One page of the parameters below a path. @throws ValidationException, InvalidNextToken */
function pageBelow(store: ParameterStore, input: z.output<typeof BY_PATH>) {
  const { Path, Recursive = false, MaxResults = PAGE, NextToken } = input;
  if (!Path.startsWith('/')) {
    throw wireError(VALIDATION, 400, `The parameter path '${Path}' must begin with a slash (/).`);
  }
  const below = `${withoutTrailingSlashes(Path)}/`;
  const after = NextToken === undefined ? '' : readToken(NextToken);
  const all = store
    .all()
    .filter(({ name }) => name.startsWith(below) && name > after)
    .filter(({ name }) => Recursive || !name.slice(below.length).includes('/'));
  const page = all.slice(0, MaxResults);
  return { page, nextToken: all.length > page.length ? tokenAfter(page.at(-1)!.name) : undefined };
}

/** @throws ParameterAlreadyExists, ValidationException, and others for the name */
async function putParameter(store: ParameterStore, input: z.output<typeof PUT>): Promise<object> {
  const { Name, Value, Type, Overwrite = false } = input;
  checkName(Name);
  const before = store.get(Name);
  if (before !== undefined && !Overwrite) {
    throw wireError(
      'ParameterAlreadyExists',
      400,
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
  const type = Type ?? before?.type;
  if (type === undefined) throw wireError(VALIDATION, 400, 'A new parameter requires a type.');
  if (Value === '' || [...Value].length > MAX_VALUE_CHARACTERS) {
    throw wireError(VALIDATION, 400, `A value must have 1 to ${MAX_VALUE_CHARACTERS} characters.`);
  }
  const { version } = await store.set(Name, Value, type);
  return { Version: version, Tier: 'Standard' };
}

const tokenAfter = (name: string): string => Buffer.from(name).toString('base64url');

function readToken(token: string): string {
  const name = Buffer.from(token, 'base64url').toString();
  if (tokenAfter(name) === token && name.startsWith('/')) return name;
  throw wireError('InvalidNextToken', 400, 'The specified token is not valid.');
}
