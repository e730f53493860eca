import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { type CommonOptions, runCommand, withCommonOptions } from '../../context.ts';
import { writeNamedFile } from '../../write-file.ts';

const SCHEMA_FILE = 'experiment.schema.json';

/** `srag bench init [FILE]` */
export function benchInitCommand(bench: Command): void {
  withCommonOptions(bench.command('init'))
    .description('Write a commented declaration of an experiment, and its schema for completion in editors')
    .argument('[file]', 'file to write', 'experiment.yaml')
    .addHelpText('after', '\nExample:\n  $ srag bench init && srag bench run experiment.yaml\n')
    .action((file: string, options: CommonOptions) =>
      runCommand(options, async () => {
        const { experimentJsonSchema, experimentTemplate } = await import('../../../measure/index.ts');
        const template = experimentTemplate(`./${SCHEMA_FILE}`);
        const path = await writeNamedFile('file', file, template, { keeps: true });
        const schema = await writeNamedFile(
          'file',
          join(dirname(path), SCHEMA_FILE),
          `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`,
        );
        return {
          json: { written: [path, schema] },
          text: `Wrote ${path} and ${schema}. Next: srag bench run ${file}`,
        };
      }),
    );
}
