import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { problemSchema } from '../../src/http/index.ts';
import { DEFAULT_SWITCHES, readParameters, SWITCH_NAMES } from '../../src/switches/index.ts';
import { readBuiltFunctions } from '../src/built-functions.ts';
import { FUNCTION_PLANS } from '../src/function-needs.ts';
import { SWITCHES } from '../src/switches.ts';
import { MANIFEST } from './support/build.ts';
import { Synthesised } from './support/synthesise.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIST = join(ROOT, 'dist', 'functions');

describe('what is deployed and what functions expect', () => {
  it('are the same switches, whose first values are the defaults of functions', () => {
    expect(Object.keys(SWITCHES)).toEqual(SWITCH_NAMES);
    const parameters = new Map(Object.entries(SWITCHES).map(([name, { value }]) => [name, value]));
    expect(readParameters(parameters, DEFAULT_SWITCHES, { indexKinds: ['snapshot'] })).toEqual({
      values: DEFAULT_SWITCHES,
      problems: [],
    });
  });

  it('are the same problems, so that callers read one shape', () => {
    const responses = new Synthesised().all('AWS::ApiGateway::GatewayResponse');
    expect(responses.length).toBeGreaterThan(15);
    for (const { ResponseTemplates, StatusCode } of responses) {
      const body = problemSchema.parse(JSON.parse(ResponseTemplates['application/json']));
      expect(body.status).toBe(Number(StatusCode));
    }
  });

  it('are the same functions, in the manifest and in the fixtures of these tests', () => {
    const { functions } = JSON.parse(readFileSync(join(ROOT, 'src', 'functions', 'functions.json'), 'utf8'));
    for (const entry of functions) {
      expect(Object.keys(FUNCTION_PLANS)).toContain(entry.name);
      expect(MANIFEST.functions.find(({ name }) => name === entry.name)).toEqual(entry);
    }
  });

  // As soon as the build writes a definition.
  if (existsSync(join(DIST, 'state-machine.asl.json')))
    it('are the bundles that the build made, within their budgets', () => {
      const built = readBuiltFunctions(DIST, { engine: 'snapshot', ingest: false });
      expect(built.functions.map(({ name }) => name).sort()).toEqual([
        'baseline',
        'generate',
        'retrieve',
        'stream',
        'warmup',
      ]);
      const rag = new Synthesised({ functions: DIST, ingest: false });
      expect(rag.all('AWS::Lambda::Function')).toHaveLength(5);
    });
});
