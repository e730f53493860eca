import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SragError } from '../../../../src/core/index.ts';
import { loadOptionalPackage, parseSettings } from '../../../../src/io/settings/index.ts';

const schema = z.strictObject({
  dimensions: z.int().min(8).max(4096).default(256),
  apiKey: z.string().min(4).optional(),
  guardrail: z.strictObject({ id: z.string(), version: z.string().default('DRAFT') }).optional(),
});

function failureOf(settings: unknown): SragError {
  try {
    parseSettings(schema, settings, "embedder 'x'");
  } catch (error) {
    expect(error).toBeInstanceOf(SragError);
    return error as SragError;
  }
  throw new Error('It was accepted.');
}

describe('settings of adapters', () => {
  it('have defaults and cannot be changed', () => {
    const settings = parseSettings(schema, undefined, 'x');
    expect(settings).toEqual({ dimensions: 256 });
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it('cause an error for an unknown key, with the nearest key as a suggestion', () => {
    const error = failureOf({ dimension: 8 });
    expect(error).toMatchObject({ code: 'UNKNOWN_CONFIG_KEY', remedy: "Did you mean 'dimensions'?" });
    expect(error.message).toContain('dimensions, apiKey, guardrail');
  });

  it('cause an error with the path of a nested unknown key', () => {
    const error = failureOf({ guardrail: { id: 'a', versio: '1' } });
    expect(error.message).toContain("'guardrail.versio'");
    expect(error.message).toContain('guardrail.id, guardrail.version');
  });

  it('cause an error that shows an invalid value and what is allowed', () => {
    const error = failureOf({ dimensions: 7 });
    expect(error.code).toBe('INVALID_CONFIG');
    expect(error.message).toMatch(/'dimensions' of embedder 'x' is 7: .*8/);
  });

  it('never show a secret', () => {
    const error = failureOf({ apiKey: 'abc' });
    expect(JSON.stringify(error)).not.toContain('abc');
    expect(error.message).toContain('(hidden)');
  });

  it.each([[null], [3], ['x'], [[]]])(
    'treat null as no settings and reject other values that are not objects: %j',
    (settings) => {
      if (settings === null) expect(parseSettings(schema, settings, 'x').dimensions).toBe(256);
      else expect(failureOf(settings).code).toBe('INVALID_CONFIG');
    },
  );
});

describe('optional packages', () => {
  it('that are not installed are reported with the install command', async () => {
    const name: string = '@example/not-installed';
    const run = loadOptionalPackage(name, 'The test', () => import(name));
    await expect(run).rejects.toMatchObject({ code: 'MISSING_PACKAGE', remedy: `npm install ${name}` });
  });

  it('that are installed but fail to load throw their own error', async () => {
    const run = loadOptionalPackage('broken', 'The test', async () => {
      throw new TypeError('a fault inside');
    });
    await expect(run).rejects.toThrow(TypeError);
  });
});
