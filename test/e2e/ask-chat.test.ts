import { beforeAll, describe, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';
import { writeHandbook } from '../support/handbook.ts';

const QUESTIONS = 'How many days of annual leave does an employee have?\n\nHow many of them carry over?\n';

describe('srag ask --chat', () => {
  let project: CliProject;
  beforeAll(async () => {
    project = await CliProject.open();
    await writeHandbook(project);
    await project.json(['ingest', 'docs']);
    return () => project.remove();
  });

  it('answers one question per line, which may refer to earlier ones', async () => {
    const { turns } = await project.json(['ask', '--chat'], { stdin: QUESTIONS });
    expect(turns).toHaveLength(2);
    expect(turns[0]).toMatchObject({ answer: expect.stringContaining('twenty-five days') });
    expect(turns[0].trace).not.toHaveProperty('searchedQuestion');
    expect(turns[1]).toMatchObject({
      answer: expect.stringContaining('five unused days'),
      trace: { searchedQuestion: expect.stringMatching(/^How many of them carry over\? \(.*leave/) },
    });
  });

  it('begins with the question of the command line, and prints questions and answers', async () => {
    const { exitCode, stdout } = await project.run(
      ['ask', '--chat', '--explain', 'How many days of annual leave does an employee have?'],
      { stdin: 'How many of them carry over?\n' },
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /twenty-five days[\s\S]*\n> How many of them carry over\?\n[\s\S]*five unused days/,
    );
    expect(stdout).toMatch(/searched {4}How many of them carry over\? \(/);
  });

  it('starts a new conversation with /new, and ends with /exit', async () => {
    const { turns } = await project.json(['ask', '--chat'], {
      stdin: 'How are guests connected to the network?\n/new\nWhy?\n/exit\nAnd leave?\n',
    });
    expect(turns).toHaveLength(2);
    expect(turns[1].trace).not.toHaveProperty('searchedQuestion');
  });

  it('fails if a piped question fails', async () => {
    const { exitCode, stderr } = await project.run(['ask', '--chat'], { stdin: `${'x'.repeat(10_001)}\n` });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('at most 10000 are accepted');
  });
});
