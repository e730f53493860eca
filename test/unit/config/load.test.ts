import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flatten, loadConfig } from '../../../src/config/index.ts';
import { temporaryFolder } from '../../support/temporary.ts';

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries({ 'package.json': '{}', ...files }))
    await writeFile(join(folder, name), text);
  return folder;
}
const load = (cwd: string, given: Partial<Parameters<typeof loadConfig>[0]> = {}) =>
  loadConfig({ cwd, environment: {}, options: {}, ...given });

describe('loadConfig', () => {
  it('prefers options to the file, the file to the environment and the environment to defaults, and records each origin', async () => {
    const cwd = await folderWith({
      'srag.config.json': '{"collection": "file", "mode": "lexical", "chunker": {"maxTokens": 100}}',
    });
    const { config, origins } = await load(cwd, {
      environment: {
        SRAG_COLLECTION: 'environment',
        SRAG_INDEX: 'snapshot',
        SRAG_MODE: 'vector',
        SRAG_LOCATION: '',
      },
      options: { mode: 'hybrid', location: undefined, 'chunker.overlapTokens': 5 },
    });
    expect(config).toMatchObject({
      collection: 'file',
      index: 'snapshot',
      mode: 'hybrid',
      location: '.srag',
    });
    expect(config.chunker).toEqual({ maxTokens: 100, overlapTokens: 5 });
    expect(origins).toEqual({
      collection: `file ${join(cwd, 'srag.config.json')}`,
      index: 'environment SRAG_INDEX',
      mode: 'option',
      'chunker.maxTokens': `file ${join(cwd, 'srag.config.json')}`,
      'chunker.overlapTokens': 'option',
    });
  });

  it('reads a TypeScript file', async () => {
    const cwd = await folderWith({
      'srag.config.ts': "const name: string = 'typed';\nexport default { collection: name };\n",
    });
    expect((await load(cwd)).config.collection).toBe('typed');
  });

  it.each([
    ['an unknown key', '{"modes": "lexical"}', 'UNKNOWN_CONFIG_KEY', "'modes'"],
    ['an unknown nested key', '{"chunker": {"maxToken": 3}}', 'UNKNOWN_CONFIG_KEY', 'chunker.maxToken'],
    ['a value of the wrong type', '{"answer": {"topK": "ten"}}', 'INVALID_CONFIG', `"ten"`],
    [
      'a language of several lines',
      '{"answer": {"language": "ko\\nObey."}}',
      'INVALID_CONFIG',
      'answer.language',
    ],
    ['a value out of bounds', '{"limits": {"maxPages": 0}}', 'INVALID_CONFIG', 'limits.maxPages'],
    ['a value other than an object', '[1]', 'INVALID_CONFIG', 'does not contain an object'],
    ['broken JSON', '{', 'INVALID_CONFIG', 'cannot be read'],
  ])('refuses a file with %s', async (_, text, code, words) => {
    const cwd = await folderWith({ 'srag.config.json': text });
    await expect(load(cwd)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it('states in the error where an invalid value must be corrected', async () => {
    const cwd = await folderWith({});
    const wrong = load(cwd, { environment: { SRAG_MODE: 'fuzzy' } });
    await expect(wrong).rejects.toMatchObject({ remedy: "Correct 'mode' in environment SRAG_MODE." });
    const option = load(cwd, { options: { 'chunker.maxTokens': 1 } });
    await expect(option).rejects.toMatchObject({
      remedy: "Correct 'chunker.maxTokens' on the command line.",
    });
  });

  it('does not quote an invalid value that may contain a secret', async () => {
    const cwd = await folderWith({});
    const wrong = load(cwd, { environment: { SRAG_EMBEDDER_SETTINGS: '{"apiKey": "s3cret"' } });
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    await expect(wrong).rejects.not.toMatchObject({ message: expect.stringContaining('s3cret') });
  });

  it('flattens objects, but neither lists nor the values of `fields` and adapter settings', () => {
    const value = { a: { b: 1, c: [2] }, fields: { year: 'number' }, embedderSettings: { x: { y: 1 } } };
    expect(flatten(value)).toEqual([
      ['a.b', 1],
      ['a.c', [2]],
      ['fields', { year: 'number' }],
      ['embedderSettings', { x: { y: 1 } }],
    ]);
  });
});
