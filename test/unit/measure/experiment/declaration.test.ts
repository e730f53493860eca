import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  experimentJsonSchema,
  experimentTemplate,
  readExperiment,
  stepRates,
} from '../../../../src/measure/index.ts';
import { temporaryFolder } from '../../../support/temporary.ts';

const read = async (name: string, text: string) => {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, text);
  return readExperiment(path);
};
const declaration = (changes: object = {}): string =>
  JSON.stringify({
    questions: { source: 'q.jsonl' },
    variants: [{ name: 'flat', index: 'lancedb-flat' }],
    ...changes,
  });

describe('a declaration', () => {
  it('can be read from the template, in which each rate is twice the previous one', async () => {
    const { experiment } = await read('experiment.yaml', experimentTemplate('experiment.schema.json'));
    expect(experiment.variants.map(({ name }) => name)).toEqual(['flat', 'hnsw', 'snapshot']);
    expect(stepRates(experiment)).toEqual([1, 2, 4, 8, 16]);
  });

  it('is read from JSON and from a module', async () => {
    const json = await read('experiment.json', declaration());
    const module = await read('experiment.mjs', `export default ${declaration()}`);
    expect(module.experiment).toEqual(json.experiment);
    expect(json.experiment.stop.relativeWidth).toBe(0.1);
  });

  it.each([
    [
      'a mistyped key',
      'e.json',
      declaration({ varaints: [] }),
      'UNKNOWN_CONFIG_KEY',
      "Did you mean 'variants'?",
    ],
    [
      'a mistyped key of a variant',
      'e.json',
      declaration({ variants: [{ name: 'a', memory: 512 }] }),
      'UNKNOWN_CONFIG_KEY',
      'memoryMb',
    ],
    [
      'two variants of one name',
      'e.json',
      declaration({ variants: [{ name: 'a' }, { name: 'a' }] }),
      'INVALID_CONFIG',
      'another variant has this name',
    ],
    [
      'falling rates',
      'e.json',
      declaration({ load: { ratesPerSecond: [4, 2] } }),
      'INVALID_CONFIG',
      'rates must rise',
    ],
    [
      'an address for the laptop',
      'e.json',
      declaration({ variants: [{ name: 'a', url: 'http://localhost:1' }] }),
      'INVALID_CONFIG',
      'has no address',
    ],
    [
      'a URL target without address',
      'e.json',
      declaration({ target: 'url' }),
      'INVALID_CONFIG',
      'needs an address',
    ],
    [
      'cold starts of a running API',
      'e.json',
      declaration({ target: 'in-process', coldStarts: 5 }),
      'INVALID_CONFIG',
      'cold starts',
    ],
    [
      'a threshold without unit',
      'e.json',
      declaration({ thresholds: ['p95 < 300'] }),
      'INVALID_ARGUMENT',
      'p95 < 300 ms',
    ],
    ['YAML that is not valid', 'e.yaml', 'a: [', 'INVALID_CONFIG', 'srag bench init'],
    ['another file extension', 'e.toml', '', 'UNSUPPORTED_FORMAT', '.yaml'],
  ])('refuses %s', async (_, name, text, code, words) => {
    const error = await read(name, text).catch(
      (thrown: unknown) => thrown as Error & { code: string; remedy: string },
    );
    expect(error).toMatchObject({ code });
    expect(
      `${(error as Error).message} ${(error as { remedy?: string }).remedy} ${JSON.stringify(error)}`,
    ).toContain(words);
  });

  it('is refused if its file is missing', async () => {
    await expect(readExperiment(join(await temporaryFolder(), 'no.yaml'))).rejects.toMatchObject({
      code: 'PATH_NOT_FOUND',
    });
  });

  it('has a JSON Schema that contains its keys and allows no others', () => {
    const schema = experimentJsonSchema() as {
      properties: Record<string, unknown>;
      additionalProperties: boolean;
    };
    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining(['variants', 'load', 'stop', 'thresholds', 'questions']),
    );
    expect(schema.additionalProperties).toBe(false);
  });
});
