import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { messageOf, SragError } from '../../../core/index.ts';
import { experimentJsonSchema, experimentTemplate } from '../../../measure/index.ts';
import { type CommonOptions, runCommand, withCommonOptions } from '../../context.ts';

const SCHEMA_FILE = 'experiment.schema.json';

/** `srag bench init [FILE]` */
export function benchInitCommand(bench: Command): void {
  withCommonOptions(bench.command('init'))
    .description('Write a commented declaration of an experiment, and its schema for completion in editors')
    .argument('[file]', 'file to write', 'experiment.yaml')
    .addHelpText('after', '\nExample:\n  $ srag bench init && srag bench run experiment.yaml\n')
    .action((file: string, options: CommonOptions) =>
      runCommand(options, async () => {
        const path = resolve(file);
        const schema = join(dirname(path), SCHEMA_FILE);
        await create(path, experimentTemplate(`./${SCHEMA_FILE}`), 'wx');
        await create(schema, `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`, 'w');
        return {
          json: { written: [path, schema] },
          text: `Wrote ${path} and ${schema}. Next: srag bench run ${file}`,
        };
      }),
    );
}

async function create(path: string, text: string, flag: 'w' | 'wx'): Promise<void> {
  await writeFile(path, text, { flag }).catch((cause: NodeJS.ErrnoException) => {
    const exists = cause.code === 'EEXIST';
    throw new SragError(
      exists ? 'INVALID_ARGUMENT' : 'LOCATION_NOT_WRITABLE',
      exists ? `${path} exists already.` : `${path} cannot be written: ${messageOf(cause)}.`,
      { remedy: 'Name another file: srag bench init FILE', fields: { field: 'file', path }, cause },
    );
  });
}
