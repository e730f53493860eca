import { beforeAll, describe, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';

/** Escape sequences in 7 and 8 bits, an overwritten line, a backspace, a bidirectional override, a zero-width space. */
const HOSTILE = '\u001b[2J\u001b]0;owned\u0007\u009b31m\rX\b\u007f\u202egnp\u200b';
const quoted = JSON.stringify(HOSTILE);
const DOCUMENT = `---
title: ${quoted.slice(0, -1)} hotel"
---
# Breakfast ${HOSTILE}

The hotel breakfast ${HOSTILE} costs 15 euros.
`;
const FILE = `docs/ho\u001b[2Jtel\u009d0;x\u0007.md`;

/** Characters that must never reach a terminal. */
const raw = (text: string): string[] =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  text.match(/[\0-\u0008\u000b-\u001f\u007f-\u009f\u200b\u2028-\u202e\u2066-\u2069]/g) ?? [];

describe('documents, names and arguments with escape sequences', () => {
  let project: CliProject;
  let chunk = '';

  beforeAll(async () => {
    project = await CliProject.open();
    await project.write(FILE, DOCUMENT);
    await project.write(`docs/bro\u001b[2Jken.pdf`, '%PDF-1.4 broken');
    await project.run(['ingest', 'docs']);
    await project.json(['index', 'build', 'lancedb-flat']);
    chunk = (await project.json(['search', 'breakfast'])).hits[0].id;
    return () => project.remove();
  });

  it.each([
    ['ingest', () => ['ingest', 'docs']],
    ['show of a document', () => ['show', FILE]],
    ['show of a chunk', () => ['show', chunk]],
    ['search', () => ['search', 'breakfast', '--explain']],
    ['ask', () => ['ask', 'What does the breakfast cost?', '--explain']],
    ['index list', () => ['index', 'list']],
    ['collection list', () => ['collection', 'list']],
    ['config', () => ['config', '--collection', 'x']],
    ['doctor', () => ['doctor']],
    ['an error that repeats an argument', () => ['show', `no\u001b[2J${HOSTILE}`]],
    ['an unknown option', () => ['search', 'x', '--\u001b[2J']],
    ['an unknown command', () => ['\u001b[2J\u009b']],
  ])('are not shown in a terminal: %s', async (_, words) => {
    for (const json of [[], ['--json']]) {
      const { stdout, stderr } = await project.run([...words(), ...json]);
      expect(raw(stdout + stderr)).toEqual([]);
      expect(stdout + stderr).not.toBe('');
    }
  });

  it('are included unchanged in JSON', async () => {
    const { document } = await project.json(['show', FILE]);
    expect(document.text).toContain('\u001b[2J');
    expect(document.id).toBe(FILE);
  });
});
