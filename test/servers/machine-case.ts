import { setTimeout as delay } from 'node:timers/promises';
import type { Json } from '../../src/laptop/index.ts';
import { named } from '../support/state-machines.ts';
import type { Ending } from './step-functions-peer.ts';

/** A machine and its expected ending, which is the same in both interpreters unless `peer` is set. */
export interface MachineCase {
  readonly name: string;
  readonly machine: object;
  /** The same machine in JSONPath, which the peer supports and srag's interpreter must refuse. */
  readonly jsonPath?: object;
  readonly input?: Json;
  readonly ending: Ending;
  /** The different ending of the peer, and the reason; the test fails if the difference disappears. */
  readonly peer?: { readonly ending: Ending; readonly reason: string };
}

export const succeeded = (output: Json): Ending => ({ status: 'SUCCEEDED', output });
export const failed = (error: string, cause?: string): Ending => ({
  status: 'FAILED',
  error,
  ...(cause === undefined ? {} : { cause }),
});
/** The cause of the error thrown by the function `boom`. */
export const BOOM = JSON.stringify({ errorType: 'Boom', errorMessage: 'bad' });

/** The functions that the cases invoke. */
export function caseFunctions(): Record<string, (payload: never) => unknown> {
  const calls = new Map<string, number>();
  return {
    double: ({ x }: { x: number }) => ({ y: x * 2 }),
    boom: () => {
      throw named('Boom', 'bad');
    },
    flaky: ({ id }: { id: string }) => {
      const call = (calls.get(id) ?? 0) + 1;
      calls.set(id, call);
      if (call < 3) throw named('Flaky', `try ${call}`);
      return { n: call };
    },
    slow: async () => {
      await delay(2_500);
      return 1;
    },
    unnamed: () => {
      throw { message: 'no type' };
    },
  };
}
