import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { CliProject } from './cli.ts';
import { writeHandbook } from './handbook.ts';

/** A command line that must fail, with its exit code, error code, message and remedy. */
export type Refusal = readonly [
  title: string,
  words: readonly string[],
  exitCode: 1 | 2,
  code: string,
  message: RegExp,
  remedy: RegExp,
  env?: Readonly<Record<string, string>>,
];

/** Runs the command line; checks its JSON document, exit code and stderr. */
export async function expectRefusal(project: CliProject, refusal: Refusal): Promise<void> {
  const [, words, exitCode, code, message, remedy, env = {}] = refusal;
  const run = await project.run([...words, '--json'], { env });
  expect(run.json.error).toMatchObject({
    code,
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(remedy),
  });
  expect(run.exitCode).toBe(exitCode);
  // stderr contains the same message, without a stack trace.
  expect(run.stderr).toMatch(message);
  expect(run.stderr).not.toMatch(/\n\s+at /);
}

/**
 * A project with an indexed collection with vectors (`default`), an indexed one without (`words`), and bad
 * files.
 */
export async function openFilledProject(): Promise<CliProject> {
  const project = await CliProject.open();
  await writeHandbook(project);
  await project.json([
    ...[
      'ingest',
      'docs',
      '--no-index',
      '--embedder',
      'hashing',
      '--field',
      'year:number',
      '--field',
      'team:string',
    ],
  ]);
  await project.json(['ingest', 'docs', '--collection', 'words', '--no-index']);
  await project.json(['index', 'build', 'lancedb-flat']);
  await project.json(['index', 'build', 'lancedb-flat', '--collection', 'words']);
  await mkdir(join(project.folder, 'empty'));
  await project.write('in-the-way', 'a file');
  await project.write('typo.json', '{"colection": "x"}');
  await project.write('broken.json', '{"collection": ');
  return project;
}
