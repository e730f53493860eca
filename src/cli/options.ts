import { InvalidArgumentError } from 'commander';
import { type FieldTypes, type Fusion, SragError } from '../core/index.ts';
import type { IndexParameters } from '../indexes/index.ts';
import { openVectorFolder } from '../models/embedders/index.ts';

/** Parses a number; its range is validated where it is used. */
export function numberOption(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

/** Collects the values of a repeated option. */
export const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [
  ...earlier,
  value,
];

/** Parses `true`, `false` or no value (true). */
export function booleanOption(text: string | boolean): boolean {
  if (typeof text === 'boolean' || text === 'true') return text === true || text === 'true';
  if (text === 'false') return false;
  throw new InvalidArgumentError('It must be true or false.');
}

/** Parses the JSON value of an option. @throws INVALID_ARGUMENT */
export function jsonOption(name: string, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text;
    // Settings may contain keys and passwords, so only filters are quoted.
    const actual = name === 'filter' ? ` '${shown}'` : '';
    throw new SragError(
      'INVALID_ARGUMENT',
      `--${name}${actual} is not valid JSON: ${(cause as Error).message}.`,
      {
        remedy: `Put it in single quotes, for example --${name} '{"key": "value"}'.`,
        fields: { field: name },
        cause,
      },
    );
  }
}

/** Parses `NAME:TYPE` pairs of filterable fields. @throws INVALID_ARGUMENT */
export function fieldOptions(pairs: readonly string[] | undefined): FieldTypes | undefined {
  if (pairs === undefined) return undefined;
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', type = ''] = pair.split(':', 2);
      if (name === '' || !['string', 'number', 'boolean', 'string[]'].includes(type)) {
        throw new SragError('INVALID_ARGUMENT', `--field '${pair}' is not NAME:TYPE.`, {
          remedy: 'Types: string, number, boolean, string[]. For example --field year:number.',
          fields: { field: 'field', value: pair },
        });
      }
      return [name, type as FieldTypes[string]];
    }),
  );
}

/** Parses `NAME=NUMBER` pairs of index parameters. @throws INVALID_ARGUMENT */
export function parameterOptions(pairs: readonly string[] | undefined): IndexParameters {
  return Object.fromEntries(
    (pairs ?? []).map((pair) => {
      const [name = '', text = ''] = pair.split('=', 2);
      const value = Number(text);
      if (name === '' || text === '' || Number.isNaN(value)) {
        throw new SragError('INVALID_ARGUMENT', `--param '${pair}' is not NAME=NUMBER.`, {
          remedy: 'For example --param nprobes=20. srag index build --help lists the parameters of a kind.',
          fields: { field: 'param', value: pair },
        });
      }
      return [name, value];
    }),
  );
}

/** Fusion settings from `--fusion` and `--vector-weight`. @throws INVALID_ARGUMENT */
export function fusionOption(
  method: string | undefined,
  vectorWeight: number | undefined,
): Partial<Fusion> | undefined {
  if (method === undefined && vectorWeight === undefined) return undefined;
  if (method !== undefined && method !== 'weighted-sum' && method !== 'rrf') {
    throw new SragError('INVALID_ARGUMENT', `--fusion is '${method}'.`, {
      remedy: 'Use weighted-sum (default) or rrf.',
      fields: { field: 'fusion' },
    });
  }
  return { method, vectorWeight };
}

/**
 * Query vectors from a folder of precomputed embeddings (`--query-vectors DIR`).
 * @throws INVALID_DATASET if it has none
 */
export async function queryVectorsOption(folder: string | undefined): Promise<Float32Array[] | undefined> {
  if (folder === undefined) return undefined;
  const vectors = await openVectorFolder(folder);
  const queries = await vectors.queries().finally(() => vectors.close());
  if (queries === undefined) {
    throw new SragError('INVALID_DATASET', `${folder} contains no query vectors.`, {
      remedy: 'Put queries.f16.npy or queries.f32.npy with queries-ids.txt there.',
      fields: { folder },
    });
  }
  const { dimensions } = vectors;
  return Array.from({ length: queries.ids.length }, (_, row) =>
    queries.vectors.slice(row * dimensions, (row + 1) * dimensions),
  );
}
