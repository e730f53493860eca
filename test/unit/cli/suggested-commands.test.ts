import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import { withGivenOptionsInRemedy, withUserOptions } from '../../../src/cli/suggested-commands.ts';
import { SragError } from '../../../src/core/index.ts';

const GIVEN = { location: 's3://b/p', collection: 'x', config: 'my config.json', json: true, topK: 3 };

describe('suggested commands', () => {
  it.each([
    [
      'Ingest something first: srag ingest PATH',
      "srag ingest --location s3://b/p --collection x --config 'my config.json' PATH",
    ],
    [
      'srag index list shows the versions.',
      "srag index list --location s3://b/p --collection x --config 'my config.json' shows",
    ],
    [
      'delete it (srag collection delete x) and',
      "(srag collection delete --location s3://b/p --config 'my config.json' x)",
    ],
    [
      'Build one: srag index build snapshot --collection y',
      "srag index build --location s3://b/p --config 'my config.json' snapshot --collection y",
    ],
  ])('repeat the options of the user: %s', (text, expected) => {
    expect(withUserOptions(text, GIVEN)).toContain(expected);
  });

  it('repeat the region and profile for deployment commands', () => {
    expect(withUserOptions('srag deploy --bootstrap. srag ingest PATH', { profile: 'p', region: 'r' })).toBe(
      'srag deploy --region r --profile p --bootstrap. srag ingest PATH',
    );
  });

  it.each([
    'srag index build --help lists them.',
    'srag cost --list has the names.',
    'srags ingest',
    'npm run build',
  ])('leave %s unchanged', (text) => {
    expect(withUserOptions(text, GIVEN)).toBe(text);
  });

  it('are added to the remedy of an error and change nothing else', () => {
    const error = new SragError('NO_INDEX', 'srag index list', {
      remedy: 'srag index list',
      fields: { a: 1 },
    });
    const shown = withGivenOptionsInRemedy(error, { location: 'x y' });
    expect(shown.toJSON()).toEqual({ ...error.toJSON(), remedy: "srag index list --location 'x y'" });
  });

  it('repeat --location for every command that has this option, except commands that are never suggested', () => {
    const commandsOf = (command: Command, path = ''): string[] => [
      ...(command.options.some(({ long }) => long === '--location') ? [path] : []),
      ...command.commands.flatMap((child) => commandsOf(child, `${path} ${child.name()}`.trim())),
    ];
    const unknown = commandsOf(createProgram()).filter(
      (path) => !withUserOptions(`srag ${path}`, { location: 'y' }).includes('--location y'),
    );
    // Never suggested.
    expect(unknown).toEqual(['init', 'report', 'first-answer', 'config']);
  });
});
