import type { Command } from 'commander';
import { createProgram } from '../src/cli/program.ts';
import { ENVIRONMENT_KEYS } from '../src/config/environment.ts';
import { configJsonSchema } from '../src/config/index.ts';
import { INDEX_KINDS, indexBackend, SERVER_KINDS } from '../src/indexes/index.ts';
import { keysOf, MADE, type SchemaNode, tableOf, typeOf } from './docs-markdown.ts';

/** Corpus sizes for which defaults are shown. */
const ROWS = [1_000, 10_000, 100_000, 1_000_000];
const DIMENSIONS = 384;

/** Every command with its arguments, options and examples. */
export function cliReference(): string {
  const program = createProgram();
  const sections = leaves(program).map(({ path, command }) => {
    const words = command.registeredArguments.map((argument) => {
      const shown = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return argument.required ? ` ${shown}` : ` [${shown}]`;
    });
    const own = command.options.map(({ flags, description, defaultValue }) => [
      `\`${flags}\``,
      description + (['string', 'number'].includes(typeof defaultValue) ? ` (default ${defaultValue})` : ''),
    ]);
    const given = command.registeredArguments.map((argument) => [
      `\`${argument.name()}\``,
      argument.description,
    ]);
    const heading = `## ${path}\n\n${command.description()}.\n\n\`\`\`text\n${path}${words.join('')}${own.length > 0 ? ' [options]' : ''}\n\`\`\``;
    const rows = [...given, ...own];
    return rows.length === 0 ? heading : `${heading}\n\n${tableOf(['argument or option', 'meaning'], rows)}`;
  });
  return `${MADE}\n\n# Command line\n\n${program.description()}\n\nExit codes: 0 success, 1 failure, 2 usage error, 3 partial failure. With \`--json\`, stdout is one JSON document and everything else goes to stderr. \`NO_COLOR\` is respected.\n\n${sections.join('\n\n')}\n`;
}

function leaves(command: Command, path = 'srag'): { path: string; command: Command }[] {
  return command.commands.flatMap((inner) => {
    const name = `${path} ${inner.name()}`;
    return inner.commands.length > 0 ? leaves(inner, name) : [{ path: name, command: inner }];
  });
}

const KIND_COLUMNS = [
  'kind',
  'vector search',
  'minimum rows',
  'works without vectors',
  'metrics',
  'filters',
  'string ranges in filters',
  'signed versions',
  'place of the index',
];

/** Every index kind with its capabilities and parameters. */
export async function indexKindsReference(): Promise<string> {
  const backends = await Promise.all(INDEX_KINDS.map((kind) => indexBackend(kind)));
  const overview = backends.map(({ kind, capabilities }) => [
    `[${kind}](#${kind})`,
    capabilities.vectorSearch,
    String(capabilities.minRows),
    capabilities.lexicalOnly ? 'yes' : 'no',
    capabilities.metrics.join(', '),
    capabilities.filters ? 'yes' : 'no',
    capabilities.stringRanges ? 'yes' : 'no',
    capabilities.signatures ? 'yes' : 'no',
    SERVER_KINDS.some((one) => one === kind) ? 'on a server' : 'in the location',
  ]);
  const sections = backends.map(({ kind, parameters }) => {
    if (parameters.length === 0) return `## ${kind}\n\nNo parameters.`;
    const rows = parameters.map(({ name, stage, min, max, description, defaultFor }) => [
      `\`${name}\``,
      stage,
      `${min} to ${max}`,
      ROWS.map((count) => defaultFor(count, DIMENSIONS)).join(' / '),
      description,
    ]);
    return `## ${kind}\n\n${tableOf(['parameter', 'stage', 'allowed', 'default', 'what it does'], rows)}`;
  });
  const sizes = ROWS.map((count) => count.toLocaleString('en')).join(' / ');
  return `${MADE}\n\n# Index kinds\n\n${tableOf(KIND_COLUMNS, overview)}\n\nAll kinds also support lexical and hybrid search with equal BM25 scores, and the same query type. Build parameters are given with \`srag index build KIND --param NAME=NUMBER\`, query parameters with \`--query-param\` at build time or \`srag search --param\` for one query. Defaults are shown for ${sizes} rows of ${DIMENSIONS} dimensions.\n\n${sections.join('\n\n')}\n`;
}

/** Every key of the configuration file, and the environment variables. */
export function configReference(): string {
  const rows = keysOf(configJsonSchema() as SchemaNode).map(({ key, node }) => [
    `\`${key}\``,
    typeOf(node),
    node.default === undefined ? '' : `\`${JSON.stringify(node.default)}\``,
    node.description ?? '',
  ]);
  const variables = Object.entries(ENVIRONMENT_KEYS).map(([name, key]) => [`\`${name}\``, `\`${key}\``]);
  return `${MADE}\n\n# Configuration\n\nPrecedence: command line, configuration file (\`srag.config.ts\`, \`.js\` or \`.json\` in the working directory), environment variables, defaults. \`srag config\` prints every value and its origin. Unknown keys are errors.\n\n${tableOf(['key', 'type', 'default', 'meaning'], rows)}\n\n## Environment\n\n${tableOf(['variable', 'key'], variables)}\n\nS3 also uses \`AWS_REGION\`, \`AWS_ENDPOINT_URL_S3\` and AWS's usual credential sources.\n`;
}
