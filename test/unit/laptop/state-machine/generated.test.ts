import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Json, loadStateMachine } from '../../../../src/laptop/index.ts';
import { validate } from '../../../support/asl-validator.ts';
import { generatedFunctions, generateMachine } from '../../../support/generated-machines.ts';
import { invoking, runVirtually } from '../../../support/state-machines.ts';

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

  it('are accepted by asl-validator, and load from text as from an object', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { definition } = generateMachine(seed);
        expect(validate(definition)).toMatchObject({ isValid: true });
        expect(loadStateMachine(JSON.stringify(definition)).type).toBe(loadStateMachine(definition).type);
      }),
      { numRuns: 30 },
    );
  });

  it('leave every state that they entered, if they succeed', async () => {
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

  it('return the same result alone, inside a Parallel and inside a Map', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const { definition, input } = generateMachine(seed);
        const { StartAt, States } = definition;
        const inside = (state: object) => ({
          QueryLanguage: 'JSONata',
          StartAt: 'Outside',
          States: { Outside: { ...state, End: true } },
        });
        const alone = await run(definition, input);
        const wrapped = (output: Json | undefined) =>
          outcome({
            ...alone,
            ...(alone.status === 'SUCCEEDED' ? { output: [output ?? null] } : {}),
          } as never);
        const parallel = inside({ Type: 'Parallel', Branches: [{ StartAt, States }] });
        expect(outcome(await run(parallel, input))).toEqual(wrapped(alone.output));
        const map = inside({ Type: 'Map', ItemProcessor: { StartAt, States } });
        expect(outcome(await run(map, [input]))).toEqual(wrapped(alone.output));
      }),
      { numRuns: 60 },
    );
  });

  it('are refused, with the path, if any state has an unknown field', () => {
    fc.assert(
      fc.property(seeds, fc.nat(), (seed, at) => {
        const { definition } = generateMachine(seed);
        const paths = statePaths(definition as never, '');
        const path = paths[at % paths.length]!;
        const parts = path.split('.').flatMap((part) => part.split(/[[\]]/).filter((name) => name !== ''));
        const broken = JSON.parse(JSON.stringify(definition));
        const state = parts.reduce((value, part) => value[part], broken);
        state.Outptu = 1;
        expect(() => loadStateMachine(broken)).toThrow(
          expect.objectContaining({ code: 'INVALID_CONFIG', fields: { path: `${path}.Outptu` } }),
        );
      }),
      { numRuns: 100 },
    );
  });
});

interface States {
  readonly States: Readonly<
    Record<string, { readonly Branches?: States[]; readonly ItemProcessor?: States }>
  >;
}

/** The path of every state, including nested ones. */
function statePaths({ States: states }: States, prefix: string): string[] {
  return Object.entries(states).flatMap(([name, { Branches = [], ItemProcessor }]) => {
    const path = `${prefix}States.${name}`;
    return [
      path,
      ...Branches.flatMap((branch, index) => statePaths(branch, `${path}.Branches[${index}].`)),
      ...(ItemProcessor === undefined ? [] : statePaths(ItemProcessor, `${path}.ItemProcessor.`)),
    ];
  });
}
