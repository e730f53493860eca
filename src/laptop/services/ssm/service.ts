import { z } from 'zod';
import { withoutTrailingSlashes } from '../../../core/index.ts';
import { type JsonService, operation } from '../json/operation.ts';
import { wireError } from '../wire-error.ts';
import { PARAMETER_TYPES, type Parameter, type ParameterStore } from './parameter-store.ts';

const VALIDATION = 'ValidationException';
/** SSM's limits. */
const MAX_LEVELS = 15;
const MAX_VALUE_CHARACTERS = 4_096;
const MAX_NAMES = 10;
const PAGE = 10;

const NAME = z.string().min(1).max(2_048);
const NAMES = z.array(NAME).min(1).max(MAX_NAMES);
/** Nothing needs decryption: values are stored as given. */
const DECRYPTION = { WithDecryption: z.boolean().optional() };

/** The operations of AWS Systems Manager's Parameter Store that switches need. */
export function ssmService(store: ParameterStore, region: string): JsonService {
  const output = (parameter: Parameter) => ({
    Name: parameter.name,
    Type: parameter.type,
    Value: parameter.value,
    Version: parameter.version,
    LastModifiedDate: parameter.modifiedMs / 1_000,
    ARN: `arn:aws:ssm:${region}:000000000000:parameter${parameter.name.startsWith('/') ? '' : '/'}${parameter.name}`,
    DataType: 'text',
  });

  /** @throws ParameterNotFound */
  const find = (name: string): Parameter => {
    const found = store.get(plainName(name));
    if (found === undefined) throw wireError('ParameterNotFound', 400, `Parameter ${name} not found.`);
    return found;
  };

  return {
    target: 'AmazonSSM',
    contentType: 'application/x-amz-json-1.1',
    errorNamespace: 'com.amazonaws.ssm',
    validationError: VALIDATION,
    maxBodyBytes: 256 * 1_024,
    operations: {
      GetParameter: operation(VALIDATION, z.strictObject({ Name: NAME, ...DECRYPTION }), ({ Name }) => ({
        Parameter: output(find(Name)),
      })),

      GetParameters: operation(VALIDATION, z.strictObject({ Names: NAMES, ...DECRYPTION }), ({ Names }) => {
        const found = [...new Set(Names.map(plainName))].map((name) => ({
          name,
          parameter: store.get(name),
        }));
        return {
          Parameters: found.flatMap(({ parameter }) => (parameter === undefined ? [] : [output(parameter)])),
          InvalidParameters: found.flatMap(({ name, parameter }) => (parameter === undefined ? [name] : [])),
        };
      }),

      GetParametersByPath: operation(
        VALIDATION,
        z.strictObject({
          Path: NAME,
          Recursive: z.boolean().optional(),
          MaxResults: z.number().int().min(1).max(PAGE).optional(),
          NextToken: z.string().optional(),
          ...DECRYPTION,
        }),
        ({ Path, Recursive = false, MaxResults = PAGE, NextToken }) => {
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
          return {
            Parameters: page.map(output),
            NextToken: all.length > page.length ? tokenAfter(page.at(-1)!.name) : undefined,
          };
        },
      ),

      PutParameter: operation(
        VALIDATION,
        z.strictObject({
          Name: NAME,
          Value: z.string(),
          Type: z.enum(PARAMETER_TYPES).optional(),
          Overwrite: z.boolean().optional(),
          // Accepted and dropped: no supported operation returns it.
          Description: z.string().max(1_024).optional(),
        }),
        async ({ Name, Value, Type, Overwrite = false }) => {
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
          if (type === undefined)
            throw wireError(VALIDATION, 400, 'A type is required: a new parameter has none.');
          if (Value === '' || [...Value].length > MAX_VALUE_CHARACTERS) {
            throw wireError(VALIDATION, 400, `A value has 1 to ${MAX_VALUE_CHARACTERS} characters.`);
          }
          const { version } = await store.set(Name, Value, type);
          return { Version: version, Tier: 'Standard' };
        },
      ),

      DeleteParameter: operation(VALIDATION, z.strictObject({ Name: NAME }), async ({ Name }) => {
        await store.delete(find(Name).name);
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

/** The name without a version or label, which are not supported. @throws ValidationException */
function plainName(name: string): string {
  if (!name.includes(':')) return name;
  if (name.startsWith('arn:'))
    throw wireError(VALIDATION, 400, `'${name}': parameters are named, not by ARN.`);
  throw wireError(
    VALIDATION,
    400,
    `'${name}': versions and labels of parameters are not served by the laptop.`,
  );
}

/** @throws ValidationException, HierarchyLevelLimitExceededException */
function checkName(name: string): void {
  if (!/^[A-Za-z0-9_.\-/]+$/.test(name) || name.endsWith('/') || name.includes('//')) {
    throw wireError(
      VALIDATION,
      400,
      `'${name}' is not a parameter name: it may contain a-zA-Z0-9_.- in levels that begin with a slash.`,
    );
  }
  if (/^\/?(?:aws|ssm)/i.test(name)) {
    throw wireError(VALIDATION, 400, `'${name}': names that begin with aws or ssm are reserved.`);
  }
  if (!name.startsWith('/') && name.includes('/')) {
    throw wireError(VALIDATION, 400, `'${name}': a name with levels begins with a slash.`);
  }
  if (name.split('/').length - 1 > MAX_LEVELS) {
    throw wireError('HierarchyLevelLimitExceededException', 400, `A name has at most ${MAX_LEVELS} levels.`);
  }
}

const tokenAfter = (name: string): string => Buffer.from(name).toString('base64url');

function readToken(token: string): string {
  const name = Buffer.from(token, 'base64url').toString();
  if (tokenAfter(name) === token && name.startsWith('/')) return name;
  throw wireError('InvalidNextToken', 400, 'The specified token is not valid.');
}
