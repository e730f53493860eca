import type { Command } from 'commander';
import { configJsonSchema, flatten } from '../../config/index.ts';
import { redactSetting } from '../../core/index.ts';
import { type CommonOptions, runCommand, withCommonOptions, withSearchOptions } from '../context.ts';
import { table } from '../output.ts';

/** `srag config` */
export function configCommand(program: Command): void {
  withSearchOptions(withCommonOptions(program.command('config')))
    .description('Print every setting and where its value came from')
    .option('--schema', "print the configuration file's JSON Schema")
    .action((options: CommonOptions & { readonly schema?: boolean }) =>
      runCommand(options, async ({ workspace }) => {
        if (options.schema === true)
          return { json: configJsonSchema(), text: JSON.stringify(configJsonSchema(), null, 2) };
        const { config, origins, projectRoot } = workspace.loaded;
        const settings = flatten(config).map(([key, value]) => ({
          key,
          value: redactSetting(value, key.split('.').at(-1) ?? key),
          origin: origins[key] ?? 'default',
        }));
        return {
          json: {
            projectRoot,
            settings: Object.fromEntries(settings.map(({ key, value, origin }) => [key, { value, origin }])),
          },
          text: table(
            ['setting', 'value', 'from'],
            settings.map(({ key, value, origin }) => [key, JSON.stringify(value) ?? '', origin]),
          ),
        };
      }),
    );
}
