import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { validate } from '../../../support/asl-validator.ts';

const FOLDER = join(import.meta.dirname, '../../../../src/cloud/functions');

describe('asl-validator', () => {
  it.each(readdirSync(FOLDER).filter((name) => name.endsWith('.asl.json')))('accepts %s', (name) => {
    const definition: unknown = JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
    expect(validate(definition)).toMatchObject({ isValid: true, errors: [] });
  });

  it('refuses an invalid definition', () => {
    const wrong = { QueryLanguage: 'JSONata', StartAt: 'B', States: { A: { Type: 'Pass', End: true } } };
    expect(validate(wrong).isValid).toBe(false);
  });
});
