import { setTimeout as delay } from 'node:timers/promises';
import type { Json } from '../../src/laptop/index.ts';
import { named } from '../support/state-machines.ts';
import type { Ending } from './step-functions-peer.ts';

/** A machine and what it has to come to, in both interpreters unless said otherwise. */
export interface MachineCase {
  readonly name: string;
  readonly machine: object;
  /** The same machine in JSONPath, which only the peer runs and ours has to refuse. */
  readonly jsonPath?: object;
  readonly input?: Json;
  readonly ending: Ending;
  /** What the peer comes to instead, and why; a difference that is gone fails. */
  readonly peer?: { readonly ending: Ending; readonly reason: string };
}

export const succeeded = (output: Json): Ending => ({ status: 'SUCCEEDED', output });
export const failed = (error: string, cause?: string): Ending => ({
  status: 'FAILED',
  error,
  ...(cause === undefined ? {} : { cause }),
});
/** States of a branch or an item processor: one that ends it. */
export const inner = (state: object, name = 'X'): object => ({
  StartAt: name,
  States: { [name]: { ...state, End: true } },
});
/** The cause of what the function `boom` throws. */
export const BOOM = JSON.stringify({ errorType: 'Boom', errorMessage: 'bad' });

/** What the tasks of the cases invoke. */
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
