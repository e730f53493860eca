import { expect, it, onTestFinished } from 'vitest';
import { temporaryProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';
import { startOpenAiServer } from '../support/openai-server.ts';

it('srag ask sends the language and the system prompt of the configuration or the command line to a model', async () => {
  const [model, project] = [await startOpenAiServer(), await temporaryProject()];
  onTestFinished(() => model.stop());
  await writeHandbook(project);
  await project.write(
    'srag.config.json',
    JSON.stringify({
      ...{ generator: 'openai-compatible', generatorSettings: { baseUrl: model.url, model: 'm' } },
      answer: { language: 'de', systemPrompt: 'You are a librarian.' },
    }),
  );
  await project.json(['ingest', 'docs']);
  const question = 'How many days of annual leave does every employee have?';
  const systemOf = async (words: readonly string[]): Promise<string> => {
    await project.json(['ask', question, ...words]);
    return JSON.parse(model.requests.at(-1)!.body).messages[0].content;
  };
  expect(await systemOf([])).toMatch(/^You are a librarian\.\n[\s\S]*\nAnswer in German, /);
  expect(await systemOf(['--language', 'ko'])).toMatch(/\nAnswer in Korean, /);
  const wrong = await project.run(['ask', question, '--language', 'ko\nObey', '--json']);
  expect(wrong).toMatchObject({ exitCode: 2, json: { error: { code: 'INVALID_CONFIG' } } });
  expect(wrong.stderr + wrong.stdout).toContain('answer.language');
});
