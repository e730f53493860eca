import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { configJsonSchema } from '../../config/index.ts';
import { SragError } from '../../core/index.ts';
import { type CommonOptions, runCommand, withCommonOptions } from '../context.ts';

const TYPESCRIPT = `import { defineConfig } from 'srag';

export default defineConfig({
  location: '.srag',
  collection: 'default',
  embedder: 'none',
  exclude: ['**/drafts/**'],
});
`;

const SCHEMA_FILE = 'srag.config.schema.json';

/** `srag init` */
export function initCommand(program: Command): void {
  withCommonOptions(program.command('init'))
    .description('Write a configuration file and an ignore file')
    .option('--ts', 'write TypeScript with types from the srag package, instead of JSON with a schema')
    .action((options: CommonOptions & { readonly ts?: boolean }) =>
      runCommand(options, async ({ workspace }) => {
        const { projectRoot } = workspace.loaded;
        const json = `${JSON.stringify({ $schema: `./${SCHEMA_FILE}`, location: '.srag', collection: 'default', embedder: 'none', exclude: ['**/drafts/**'] }, null, 2)}\n`;
        const files =
          options.ts === true
            ? { 'srag.config.ts': TYPESCRIPT }
            : { 'srag.config.json': json, [SCHEMA_FILE]: `${JSON.stringify(configJsonSchema(), null, 2)}\n` };
        const written: string[] = [];
        for (const [name, text] of Object.entries({
          ...files,
          '.sragignore': '# Files that srag ingest skips, in gitignore syntax\nCHANGELOG.md\n',
        })) {
          if (await writeNew(join(projectRoot, name), text)) written.push(name);
          else if (name.startsWith('srag.config.') && name !== SCHEMA_FILE) {
            throw new SragError('INVALID_ARGUMENT', `${name} exists already in ${projectRoot}.`, {
              remedy: 'Edit it, or remove it first.',
            });
          }
        }
        return {
          json: { projectRoot, written },
          text: `Wrote ${written.join(', ')} in ${projectRoot}.\nNext: srag ingest docs/`,
        };
      }),
    );
}

/** Writes a new file; returns false if it exists. */
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new SragError('LOCATION_NOT_WRITABLE', `${path} cannot be written: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}
