import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliProject } from '../support/cli.ts';
import { handbookProject } from '../support/handbook.ts';
import { type OpenAiServer, startOpenAiServer } from '../support/openai-server.ts';
import { type ServedProject, serve } from '../support/served.ts';
import { type ServedLaptop, servedLaptop } from '../support/served-laptop.ts';

const QUESTION = 'How many days of annual leave are there?';
const RECORDS = 900;

describe('payloads over the limits', () => {
  let model: OpenAiServer;
  let project: CliProject;
  let functions: ServedLaptop;
  let process: ServedProject;
  beforeAll(async () => {
    [model, project] = await Promise.all([startOpenAiServer(), handbookProject()]);
    const record = (_: unknown, at: number): string =>
      JSON.stringify({ _id: `r${at}`, text: `Leave of kind ${at}.`, metadata: { note: 'n'.repeat(8_000) } });
    await project.write('records.jsonl', Array.from({ length: RECORDS }, record).join('\n'));
    await project.json(['ingest', 'records.jsonl', '--collection', 'heavy']);
    await project.json(['index', 'build', 'snapshot', '--collection', 'heavy']);
    const settings = JSON.stringify({ baseUrl: model.url, model: 'm' });
    const generator = ['--generator', 'openai-compatible', '--generator-settings', settings];
    functions = await servedLaptop(join(project.folder, '.srag'), {
      SRAG_COLLECTIONS: 'heavy',
      SRAG_GENERATOR: 'openai-compatible',
      SRAG_GENERATOR_SETTINGS: settings,
    });
    process = await serve(project, ['--in-process', '--allow-collection', 'heavy', ...generator]);
  });
  afterAll(async () => {
    await functions?.stop();
    await process?.end();
    await project?.remove();
    await model?.stop();
  });

  /** Returns the status and the error response. Functions and an in-process server must return the same. */
  async function both(path: string, body: object): Promise<unknown[]> {
    const url = `${process.url}${path}`;
    const headers = { 'content-type': 'application/json' };
    const alone = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    const { requestId: _, ...problem } = (await alone.json()) as Record<string, unknown>;
    const asked = await functions.ask(path, body);
    expect([asked.status, asked.body.code]).toEqual([alone.status, problem.code]);
    return [alone.status, problem];
  }

  it('an answer of 300 KB causes the same error response from functions and in-process', async () => {
    const usual = model.options.answer;
    model.options.answer = { tokens: Array(30).fill('word '.repeat(2_000)), stopReason: 'stop' };
    const expected = [502, expect.objectContaining({ code: 'ANSWER_TOO_LONG' })];
    expect(await both('/query', { question: QUESTION })).toEqual(expected);
    model.options.answer = { tokens: ['Twenty-five [1]. ', 'x'.repeat(100_000)], stopReason: 'stop' };
    for (const topK of [1, 50])
      expect(await functions.ask('/query', { question: QUESTION, topK, collection: 'heavy' })).toMatchObject({
        status: 200,
      });
    model.options.answer = usual;
  });

  it("hits that exceed a function's response limit cause the same error response, which recommends fewer hits, from functions and in-process", async () => {
    const [status, problem] = await both('/retrieve', {
      question: 'leave',
      topK: RECORDS,
      collection: 'heavy',
    });
    expect([status, problem]).toEqual([
      422,
      expect.objectContaining({
        code: 'REPLY_TOO_LARGE',
        errors: [expect.objectContaining({ path: 'topK' })],
      }),
    ]);
    const fewer = Number(/topK of (\d+)/.exec((problem as { remedy: string }).remedy)?.[1]);
    expect(
      await functions.ask('/retrieve', { question: 'leave', topK: fewer, collection: 'heavy' }),
    ).toMatchObject({ status: 200 });
  });

  it.each([261_000, 261_900, 262_100, 262_140, 262_400])(
    'a question of %d bytes is answered or refused with 413',
    async (bytes) => {
      const filter = { field: 'nothing', op: 'eq', value: '' };
      const empty = JSON.stringify({ question: QUESTION, filter }).length;
      filter.value = 'v'.repeat(bytes - empty);
      const { status, body } = await functions.ask('/query', { question: QUESTION, filter });
      // A request within the limit is refused with 422, because its filter names an unknown field.
      expect([status, body.code]).toEqual(bytes < 261_050 ? [422, 'UNKNOWN_FIELD'] : [413, 'BODY_TOO_LARGE']);
    },
  );
});
