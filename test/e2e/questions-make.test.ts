import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';

it('drafts questions that srag compare reads, and keeps an existing file', async () => {
  const project = await temporaryProject();
  await writeHandbook(project);
  await project.json(['ingest', 'docs']);
  await project.json(['index', 'build', 'snapshot']);
  const made = await project.json(['questions', 'make', '--output', 'questions.jsonl', '--limit', '4']);
  const file = join(project.folder, 'questions.jsonl');
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(made.questions);
  expect(made.questions).toHaveLength(4);
  expect(made.questions.some(({ relevant }: { relevant: string[] }) => /ko\//.test(relevant[0]!))).toBe(true);

  const result = await project.json(['compare', 'questions.jsonl', '--kinds', 'snapshot', '--rounds', '1']);
  expect(result.synthetic).toBe(true);
  expect(result.summary).toMatchObject({ questions: 4, judged: 4 });
  expect(result.variants[0].summary.quality['recall@10'].mean).toBe(1);

  const again = await project.run(['questions', 'make', '--output', 'questions.jsonl']);
  expect(again.exitCode).toBe(2);
  expect(again.stderr).toContain('exists already');
  expect((await readFile(file, 'utf8')).trim().split('\n')).toEqual(lines);
  const printed = await project.run(['questions', 'make', '--limit', '4']);
  expect(printed.stdout.trim().split('\n')).toEqual(lines);
});
