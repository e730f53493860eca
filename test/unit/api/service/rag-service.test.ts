import { describe, expect, it } from 'vitest';
import type { QueryRequest, RagServiceParts } from '../../../../src/api/service/index.ts';
import { testService } from '../../../support/api.ts';

const request: QueryRequest = { question: 'Which passage speaks of the river?' };
const context = { requestId: 'r' };
const DEFAULTS: RagServiceParts['defaults'] = {
  collection: 'test',
  mode: 'lexical',
  answerTopK: 5,
  answer: { maxContextTokens: 400, maxOutputTokens: 200, compress: false },
};
describe('storage use of a request', () => {
  it('includes the reads that open the index only in the request that waited for the opening', async () => {
    const { service, storage, records } = await testService({ defaults: DEFAULTS });
    for (const question of ['the river', 'the bridge', 'the harvest']) {
      storage.reads.length = 0;
      const { trace } = await service.query({ question }, context);
      expect(trace.storage?.reads).toBe(storage.reads.length);
      expect(records.at(-1)?.use.storage?.reads).toBe(storage.reads.length);
    }
  });

  it("includes the reads with which the state machine's second step loads the texts of the passages", async () => {
    const { service, storage } = await testService({ defaults: DEFAULTS });
    const { hits, trace } = await service.retrieve(request, context);
    storage.reads.length = 0;
    const index = trace.index!;
    const reply = await service.generateFrom({ question: request.question, index, hits }, context);
    expect(reply.trace.storage?.reads).toBe(storage.reads.length);
    expect(reply.trace.index).toEqual(index);
    expect(reply.chunks.map(({ id }) => id)).toEqual(hits.map(({ id }) => id));
  });
});
