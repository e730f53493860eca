import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Json, loadStateMachine } from '../../../../src/laptop/index.ts';
import { validate } from '../../../support/asl-validator.ts';
import { generatedFunctions, generateMachine } from '../../../support/generated-machines.ts';
import { invoking, runVirtually, single } from '../../../support/state-machines.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const run = async (definition: object, input: Json) =>
  (await runVirtually(definition, input, () => invoking(generatedFunctions()))).result;

const outcome = ({ status, output, error }: { status: string; output?: Json; error?: string }) => ({
  status,
  ...(status === 'SUCCEEDED' ? { output } : { error }),
});

describe('generated machines', () => {
  it('end as predicted by a model that is independent of the interpreter', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const { definition, input, expected } = generateMachine(seed);
        const result = await run(definition, input);
        expect(outcome(result)).toEqual(outcome(expected));
        if (expected.status === 'FAILED' && expected.cause !== undefined)
          expect(result.cause).toBe(expected.cause);
      }),
      { numRuns: 300 },
    );
  });

  it('are accepted by asl-validator, and can be loaded from text and from an object', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { definition } = generateMachine(seed);
        expect(validate(structuredClone(definition))).toMatchObject({ isValid: true });
        expect(loadStateMachine(JSON.stringify(definition)).type).toBe(loadStateMachine(definition).type);
      }),
      { numRuns: 30 },
    );
  });

  it('exit every state that they have entered, if they succeed', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const { definition, input } = generateMachine(seed);
        const { status, history } = await run(definition, input);
        const names = (ending: string) =>
          history.filter(({ type }) => type.endsWith(ending)).map(({ state }) => state);
        if (status === 'SUCCEEDED' && !history.some(({ type }) => /Failed|TimedOut/.test(type))) {
          expect(names('StateExited').sort()).toEqual(names('StateEntered').sort());
        }
        expect(history[0]?.type).toBe('ExecutionStarted');
        expect(history.at(-1)?.type).toBe(status === 'SUCCEEDED' ? 'ExecutionSucceeded' : 'ExecutionFailed');
        expect(history.every(({ id }, index) => index === 0 || id >= history[index - 1]!.id)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('return the same result when run alone and as the child of a Map', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const { definition, input } = generateMachine(seed);
        const { StartAt, States } = definition;
        const ProcessorConfig = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
        const map = single({
          Type: 'Map',
          ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Arguments: {} },
          ItemProcessor: { ProcessorConfig, StartAt, States },
        });
        const functions = () => invoking(generatedFunctions());
        const options = { load: { type: 'STANDARD' }, readItems: () => [input] } as const;
        const { result } = await runVirtually(map, {}, functions, options);
        const alone = await run(definition, input);
        if (alone.status === 'SUCCEEDED') expect(result.output).toEqual([alone.output]);
        else {
          const failed = result.history.find(({ type }) => type === 'MapItemFailed');
          expect(failed?.error).toBe(alone.error);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are refused if any state has an unknown field, with an error that contains its path', () => {
    fc.assert(
      fc.property(seeds, fc.nat(), (seed, at) => {
        const { definition } = generateMachine(seed);
        const names = Object.keys(definition.States);
        const path = `States.${names[at % names.length]}`;
        const broken = JSON.parse(JSON.stringify(definition));
        const state = broken.States[names[at % names.length]!];
        state.Outptu = 1;
        expect(() => loadStateMachine(broken)).toThrow(
          expect.objectContaining({ code: 'INVALID_CONFIG', fields: { path: `${path}.Outptu` } }),
        );
      }),
      { numRuns: 100 },
    );
  });
});
