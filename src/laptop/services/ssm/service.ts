import { z } from 'zod';
import { withoutTrailingSlashes } from '../../../core/index.ts';
import { type JsonService, operation } from '../json/operation.ts';
import { wireError } from '../wire-error.ts';
import { checkName, plainName } from './parameter-name.ts';
import type { Parameter, ParameterStore } from './parameter-store.ts';

const VALIDATION = 'ValidationException';
/** SSM's limits. */
const MAX_VALUE_CHARACTERS = 4_096;
const PAGE = 10;

const NAME = z.string().min(1).max(2_048);
const BY_PATH = z.strictObject({
  Path: NAME,
  MaxResults: z.number().int().min(1).max(PAGE).optional(),
  NextToken: z.string().optional(),
});
const PUT = z.strictObject({
  Name: NAME,
  Value: z.string(),
  Type: z.literal('String').optional(),
  Overwrite: z.boolean().optional(),
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
      GetParametersByPath: operation(VALIDATION, BY_PATH, (input) => {
        const { page, nextToken } = pageBelow(store, input);
        return { Parameters: page.map(output), NextToken: nextToken };
      }),

      PutParameter: operation(VALIDATION, PUT, (input) => putParameter(store, input)),

      DeleteParameter: operation(VALIDATION, z.strictObject({ Name: NAME }), ({ Name }) => {
        if (store.delete(plainName(Name))) return {};
        throw wireError('ParameterNotFound', 400, `Parameter ${Name} not found.`);
      }),
    },
  };
}

const outputIn = (region: string) => (parameter: Parameter) => ({
  Name: parameter.name,
  Type: 'String',
  Value: parameter.value,
  Version: parameter.version,
  LastModifiedDate: parameter.modifiedMs / 1_000,
  ARN: `arn:aws:ssm:${region}:000000000000:parameter${parameter.name.startsWith('/') ? '' : '/'}${parameter.name}`,
  DataType: 'text',
});

/** One page of the parameters below a path. @throws ValidationException, InvalidNextToken */
function pageBelow(store: ParameterStore, input: z.output<typeof BY_PATH>) {
  const { Path, MaxResults = PAGE, NextToken } = input;
  if (!Path.startsWith('/')) {
    throw wireError(VALIDATION, 400, `The parameter path '${Path}' must begin with a slash (/).`);
  }
  const below = `${withoutTrailingSlashes(Path)}/`;
  const after = NextToken === undefined ? '' : readToken(NextToken);
  const all = store
    .all()
    .filter(({ name }) => name.startsWith(below) && name > after)
    .filter(({ name }) => !name.slice(below.length).includes('/'));
  const page = all.slice(0, MaxResults);
  return { page, nextToken: all.length > page.length ? tokenAfter(page.at(-1)!.name) : undefined };
}

/** @throws ParameterAlreadyExists, ValidationException, and others for the name */
function putParameter(store: ParameterStore, input: z.output<typeof PUT>): object {
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
  if ((Type ?? before) === undefined) throw wireError(VALIDATION, 400, 'A new parameter requires a type.');
  if (Value === '' || [...Value].length > MAX_VALUE_CHARACTERS) {
    throw wireError(VALIDATION, 400, `A value must have 1 to ${MAX_VALUE_CHARACTERS} characters.`);
  }
  const { version } = store.set(Name, Value);
  return { Version: version, Tier: 'Standard' };
}

const tokenAfter = (name: string): string => Buffer.from(name).toString('base64url');

function readToken(token: string): string {
  const name = Buffer.from(token, 'base64url').toString();
  if (tokenAfter(name) === token && name.startsWith('/')) return name;
  throw wireError('InvalidNextToken', 400, 'The specified token is not valid.');
}
