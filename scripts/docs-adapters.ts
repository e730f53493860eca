import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EMBEDDER_NAMES, embedderSettingsSchema } from '../src/models/embedders/index.ts';
import { GENERATOR_NAMES, generatorSettingsSchema } from '../src/models/generators/index.ts';
import { RERANKER_NAMES, rerankerSettingsSchema } from '../src/models/rerankers/index.ts';
import { keysOf, MADE, type SchemaNode, tableOf, typeOf } from './docs-markdown.ts';

const SRC = join(import.meta.dirname, '..', 'src');
/** Folders with settings that several adapters share. */
const SHARED = ['io/remote', 'models/local'];
const PORTS = [
  { key: 'embedder', names: EMBEDDER_NAMES, schema: embedderSettingsSchema },
  { key: 'generator', names: GENERATOR_NAMES, schema: generatorSettingsSchema },
  { key: 'reranker', names: RERANKER_NAMES, schema: rerankerSettingsSchema },
] as const;

/** The settings of every adapter, described by their documentation comments. */
export async function adaptersReference(): Promise<string> {
  const sections = PORTS.map(async ({ key, names, schema }) => {
    const adapters = names.map(async (name) => {
      const comments = [...SHARED, join('models', `${key}s`, name)].flatMap((folder) => [
        ...commentsIn(folder),
      ]);
      return settingsOf(name, await schema(name), new Map(comments));
    });
    const chosen = `Select the ${key} with \`--${key}\` or the key \`${key}\`. Pass its settings with \`--${key}-settings\` (JSON) or the key \`${key}Settings\`.`;
    const title = `${key[0]?.toUpperCase()}${key.slice(1)}s`;
    return `## ${title}\n\n${chosen}\n\n${(await Promise.all(adapters)).join('\n\n')}`;
  });
  return `${MADE}\n\n# Adapters\n\nUnknown settings are errors. Using an adapter whose package is not installed is an error that names the package.\n\n${(await Promise.all(sections)).join('\n\n')}\n`;
}

function settingsOf(
  name: string,
  schema: z.ZodType | undefined,
  comments: ReadonlyMap<string, string>,
): string {
  const node: SchemaNode =
    schema === undefined
      ? {}
      : (z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode);
  const rows = keysOf(node).map(({ key, node: setting, isRequired }) => [
    `\`${key}\``,
    typeOf(setting),
    isRequired ? 'required' : setting.default === undefined ? '' : `\`${JSON.stringify(setting.default)}\``,
    setting.description ?? comments.get(key.split('.').at(-1) ?? '') ?? '',
  ]);
  const table = rows.length === 0 ? 'No settings.' : tableOf(['setting', 'type', 'default', 'meaning'], rows);
  return `### ${name}\n\n${table}`;
}

/** Documentation comments of the schema properties in a folder's files, as [property, comment]. */
function* commentsIn(folder: string): Generator<readonly [string, string]> {
  for (const file of readdirSync(join(SRC, folder)).filter((name) => name.endsWith('.ts'))) {
    const source = readFileSync(join(SRC, folder, file), 'utf8');
    for (const [, comment, name] of source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(\w+): z\b/g)) {
      yield [
        name!,
        comment!
          .replaceAll(/\n\s*\*/g, ' ')
          .replaceAll(/\s+/g, ' ')
          .trim(),
      ];
    }
  }
}
