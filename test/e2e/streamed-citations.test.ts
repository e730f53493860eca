import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CliProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';
import { type OpenAiServer, startOpenAiServer } from '../support/openai-server.ts';
import { serve } from '../support/served.ts';
import { sseEvents } from '../support/sse.ts';

const QUESTION = 'How many days of annual leave does every employee have?';
const SUPPORTED = 'Every employee has twenty-five days of annual leave. [1]';
/** One citation without support, one of a missing passage, and one split into two tokens. */
const TOKENS = [SUPPORTED, ' The moon is made of cheese. [1]', ' Mars is red. [9]', ' Venus is hot. [', '1]'];

describe('unsupported citations', () => {
  let project: CliProject;
  let model: OpenAiServer;
  const generator = (): string[] => [
    ...['--generator', 'openai-compatible', '--generator-settings'],
    JSON.stringify({ baseUrl: model.url, model: 'm' }),
  ];

  beforeAll(async () => {
    project = await CliProject.open();
    model = await startOpenAiServer();
    model.options.answer = { tokens: TOKENS, stopReason: 'stop', usage: { inputTokens: 9, outputTokens: 9 } };
    await writeHandbook(project);
    await project.json(['ingest', 'docs']);
  });
  afterAll(async () => {
    await model.stop();
    await project.remove();
  });

  it.each([
    ['in functions', []],
    ['in this process', ['--in-process']],
  ])('are streamed as the model writes them and removed from `done`: %s', async (_, words) => {
    const served = await serve(project, [...words, ...generator()]);
    onTestFinished(async () => void (await served.end()));
    const response = await fetch(`${served.url}/query/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question: QUESTION }),
    });
    const events = sseEvents(await response.text()).map(({ event, data }) => ({
      event,
      data: JSON.parse(data),
    }));
    const streamed = events.filter(({ event }) => event === 'token').map(({ data }) => data.text);
    expect(streamed.join('')).toBe(TOKENS.join(''));
    const { event, data } = events.at(-1)!;
    expect(event).toBe('done');
    expect(data.answer).toMatch(/^Every employee has twenty-five days of annual leave\. \[1\]/);
    expect(data.answer.match(/\[\d+\]/g)).toEqual(['[1]']);
    expect(data.answer).toContain('Venus is hot.');
    expect(data.citations).toHaveLength(1);
    expect(data.citations[0]).toMatchObject({ marker: 1, documentId: 'docs/leave.md' });
  });

  it('are never shown in a terminal', async () => {
    const { stdout } = await project.run(['ask', QUESTION, ...generator()]);
    expect(stdout).toContain('Venus is hot.');
    expect(stdout.match(/\[\d+\]/g)).toEqual(['[1]', '[1]']);
  });
});
