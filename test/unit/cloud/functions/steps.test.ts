import { describe, expect, it } from 'vitest';
import type { RagService } from '../../../../src/api/service/index.ts';
import { generating, retrieving, type Step, warmingUp } from '../../../../src/cloud/functions/steps.ts';
import { type ErrorCode, SragError } from '../../../../src/core/index.ts';

const failing = (code: ErrorCode): RagService => {
  const fail = () => Promise.reject(new SragError(code, 'Words.'));
  return { retrieve: fail, generateFrom: fail } as unknown as RagService;
};
const question = { requestId: 'r', question: 'q' };
const found = { ...question, index: { kind: 'snapshot', version: '1' }, hits: [] };
const steps: [string, (service: RagService) => Step][] = [
  ['retrieve', retrieving],
  ['generate', generating],
];

describe.each(steps)('the step %s', (action, step) => {
  const request = action === 'retrieve' ? question : found;
  const run = (code: ErrorCode) => step(failing(code))({ action, request }, {});

  it.each([
    ['UNKNOWN_COLLECTION', 404],
    ['INVALID_FILTER', 400],
    ['NO_EMBEDDER', 422],
  ] as const)('returns %s as a value, because the function itself did not fail', async (code, status) => {
    expect(await run(code)).toMatchObject({ problem: { code, status, requestId: 'r' } });
  });

  it.each(['THROTTLED', 'DEADLINE_EXCEEDED', 'STORAGE_UNAVAILABLE', 'INTERNAL'] as const)(
    'throws %s',
    async (code) => {
      const error = await Promise.resolve(run(code)).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: `Srag.${code}` });
      expect(JSON.parse((error as Error).message)).toMatchObject({ code });
    },
  );

  it('throws for input that the state machine definition never sends', async () => {
    await expect(step(failing('INTERNAL'))({ action, request: {} }, {})).rejects.toMatchObject({
      name: 'Srag.INVALID_ARGUMENT',
    });
  });

  it("ends its work before the state's timeout", async () => {
    let left = Number.NaN;
    const note = (_: unknown, { remainingMs }: { remainingMs: () => number }) => {
      left = remainingMs();
      return Promise.reject(new SragError('NO_INDEX', 'None.'));
    };
    const service = { retrieve: note, generateFrom: note } as unknown as RagService;
    await step(service)({ action, timeoutSeconds: 6, request }, { remainingMs: () => 29_000 });
    expect(left).toBeGreaterThan(5_000);
    expect(left).toBeLessThanOrEqual(5_400);
    await step(service)({ action, timeoutSeconds: 6, request }, { remainingMs: () => 2_000 });
    expect(left).toBe(2_000);
  });
});

describe('the warm-up step', () => {
  const run = (code: ErrorCode) =>
    warmingUp({ warmUp: () => Promise.reject(new SragError(code, 'Words.')) } as unknown as RagService)(
      {},
      {},
    );

  it.each(['NO_INDEX', 'UNKNOWN_COLLECTION'] as const)(
    'succeeds without warming anything if no index is published yet (%s)',
    async (code) => {
      expect(await run(code)).toEqual({ warmed: false });
    },
  );

  it('fails if an existing index cannot be opened', async () => {
    await expect(run('STORAGE_UNAVAILABLE')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  });
});
