import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type LoadOptions, loadStateMachine } from '../../src/laptop/index.ts';
import { type Expected, generatedFunctions, generateMachine } from '../support/generated-machines.ts';
import { type Functions, invoking, named } from '../support/state-machines.ts';
import { CORNER_MACHINES } from './corner-machines.ts';
import { KNOWN_MACHINES } from './known-machines.ts';
import { caseFunctions, type MachineCase } from './machine-case.ts';
import { type Ending, StepFunctionsPeer } from './step-functions-peer.ts';

const pipelineFunctions: Functions = {
  retrieve: ({ request }: { request: { question: string } }) => {
    if (request.question === 'refused') throw named('Srag.INVALID_FILTER', JSON.stringify(REFUSAL));
    if (request.question === 'told') return { problem: REFUSAL };
    if (request.question === 'broken') throw named('TypeError', 'x is not a function');
    if (request.question === 'timed out')
      throw named('Sandbox.Timedout', 'Task timed out after 15.00 seconds');
    return RETRIEVED;
  },
  generate: ({ request }: { request: { question: string; hits: unknown; index: unknown } }) => {
    if (request.question === 'slow to answer')
      throw named('Sandbox.Timedout', 'Task timed out after 29.00 seconds');
    return { ...GENERATED, seen: request };
  },
};
const REFUSAL = {
  type: 'about:blank',
  title: 'Bad request',
  status: 400,
  code: 'INVALID_FILTER',
  detail: 'No.',
};
const RETRIEVED = { hits: [{ id: 'c1' }], index: { kind: 'snapshot', version: '7' }, trace: {}, use: {} };
const GENERATED = { answer: 'So [1].', citations: [], chunks: [], usage: {}, trace: {}, use: {} };

let peer: StepFunctionsPeer;
beforeAll(async () => {
  peer = await StepFunctionsPeer.start({ ...caseFunctions(), ...generatedFunctions(), ...pipelineFunctions });
});
afterAll(() => peer?.stop());

async function ours(machine: object, input: Json, functions: Functions, load?: LoadOptions): Promise<Ending> {
  return loadStateMachine(machine, load).run(input, { invoke: invoking(functions) });
}

/** The compared fields: status, output and error, and the cause if the expected ending has one. */
function compared({ status, output, error, cause }: Ending, wanted: Ending): Ending {
  return {
    status,
    ...(status === 'SUCCEEDED' ? { output: output ?? null } : {}),
    ...(error === undefined ? {} : { error }),
    ...(wanted.cause === undefined || cause === undefined ? {} : { cause }),
  };
}

const theCase = async ({
  machine,
  jsonPath,
  input = {},
  ending,
  peer: differs,
}: MachineCase): Promise<void> => {
  expect(compared(await ours(machine, input, caseFunctions()), ending)).toEqual(ending);
  const theirs = differs?.ending ?? ending;
  expect(compared(await peer.run(machine, input), theirs)).toEqual(theirs);
  if (jsonPath === undefined) return;
  expect(() => loadStateMachine(jsonPath)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
  const inJsonPath = await peer.run(jsonPath, input);
  const other: Ending =
    ending.error === 'States.QueryEvaluationError' ? { ...ending, error: 'States.Runtime' } : ending;
  expect(compared(inJsonPath, other)).toEqual(other);
};

describe('the peer interpreter', () => {
  it.each(KNOWN_MACHINES.map((item) => [item.name, item] as const))('agrees on %s', (_, item) =>
    theCase(item),
  );

  it.each(CORNER_MACHINES.map((item) => [item.name, item] as const))(
    'agrees on %s, except for recorded differences',
    (_, item) => theCase(item),
  );

  it.each(['answered', 'refused', 'told', 'broken', 'timed out', 'slow to answer'])(
    "agrees on srag's pipeline if the question is %s",
    async (question) => {
      const file = join(import.meta.dirname, '../../src/cloud/functions/state-machine.asl.json');
      const text = readFileSync(file, 'utf8');
      const substitutions = { RetrieveFunction: 'retrieve', GenerateFunction: 'generate' };
      const filled = text.replace(
        /\$\{(\w+)\}/g,
        (_, name: keyof typeof substitutions) => substitutions[name],
      );
      const input = { requestId: 'r-1', question, topK: 3 };
      const mine = await ours(JSON.parse(text), input, pipelineFunctions, { substitutions });
      const theirs = await peer.run(JSON.parse(filled), input);
      expect(mine.status).toBe('SUCCEEDED');
      expect(compared(theirs, mine)).toEqual(compared(mine, mine));
    },
  );

  it("agrees with srag's interpreter and with a model on generated machines", async () => {
    const seeds = Array.from({ length: 200 }, (_, seed) => seed);
    const statuses: Record<string, number> = {};
    const functions = invoking(generatedFunctions());
    const lane = async (): Promise<void> => {
      for (let seed = seeds.pop(); seed !== undefined; seed = seeds.pop()) {
        const { definition, input, expected } = generateMachine(seed);
        const wanted = endingOf(expected);
        const [mine, theirs] = await Promise.all([
          loadStateMachine(definition).run(input, { invoke: functions }),
          peer.run(definition, input),
        ]);
        const ending = compared(mine, wanted);
        expect([seed, ending]).toEqual([seed, wanted]);
        statuses[wanted.error ?? wanted.status] = (statuses[wanted.error ?? wanted.status] ?? 0) + 1;
        expect([seed, compared(theirs, wanted)]).toEqual([seed, ending]);
      }
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
    expect(Object.keys(statuses).sort()).toEqual(
      ['Boom.Deep', 'Flaky', 'States.QueryEvaluationError', 'States.Runtime', 'SUCCEEDED'].sort(),
    );
  });
});

const endingOf = (expected: Expected): Ending =>
  expected.status === 'SUCCEEDED'
    ? expected
    : {
        status: 'FAILED',
        error: expected.error,
        ...(expected.cause === undefined ? {} : { cause: expected.cause }),
      };
