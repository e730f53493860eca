import { access, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, SragError } from '../core/index.ts';
import { DEPLOYMENT_VALUES } from '../deployment/index.ts';
import { findProjectRoot } from '../loaders/index.ts';
import { parseSettings } from '../settings/index.ts';
import { ENVIRONMENT_KEYS, type Environment } from './environment.ts';
import { type Config, configSchema } from './schema.ts';

/** Names of the configuration file, in the order they are looked for. */
const FILES = ['srag.config.ts', 'srag.config.js', 'srag.config.json'];

/** A configuration, and where every value that is not a default came from (by dotted key). */
export interface LoadedConfig {
  readonly config: Config;
  readonly origins: Readonly<Record<string, string>>;
  readonly projectRoot: string;
}

export interface ConfigSources {
  readonly cwd: string;
  readonly environment: Environment;
  /** The configuration file, where one was named. */
  readonly file?: string;
  /** Values from the command line by dotted key; undefined = not given. */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Options over configuration file over environment over defaults: what a project says of itself holds on every machine.
 * @throws UNKNOWN_CONFIG_KEY, INVALID_CONFIG, PATH_NOT_FOUND for a named file that is not there.
 */
export async function loadConfig(sources: ConfigSources): Promise<LoadedConfig> {
  const projectRoot = await findProjectRoot(sources.cwd);
  const file = sources.file === undefined ? await findFile(projectRoot) : resolve(sources.cwd, sources.file);
  const origins: Record<string, string> = {};
  const merged: Record<string, unknown> = {};
  const set = (key: string, value: unknown, origin: string): void => {
    origins[key] = origin;
    put(merged, key, value);
  };
  for (const [name, key] of Object.entries(ENVIRONMENT_KEYS)) {
    const text = sources.environment[name];
    if (text !== undefined && text !== '') set(key, fromText(name, key, text), `environment ${name}`);
  }
  if (file !== undefined) {
    const values = await readConfigFile(file);
    parseSettings(configSchema, values, `the configuration file ${file}`);
    for (const [key, value] of flatten(values)) set(key, value, `file ${file}`);
  }
  for (const [key, value] of Object.entries(sources.options)) {
    if (value !== undefined) set(key, value, 'option');
  }
  try {
    return { config: parseSettings(configSchema, merged, 'srag') as Config, origins, projectRoot };
  } catch (error) {
    throw withOrigin(error, origins);
  }
}

/** Says where a wrong value came from: it is there that it must be corrected. */
function withOrigin(error: unknown, origins: Readonly<Record<string, string>>): unknown {
  if (!(error instanceof SragError) || error.code !== 'INVALID_CONFIG') return error;
  const path = String(error.fields.path ?? '');
  const key = Object.keys(origins).find((name) => path === name || path.startsWith(`${name}.`));
  if (key === undefined) return error;
  const place = origins[key] === 'option' ? 'on the command line' : `in ${origins[key]}`;
  return new SragError(error.code, error.message, {
    remedy: `Correct '${path}' ${place}.`,
    fields: { ...error.fields, origin: origins[key] },
  });
}

/** Key-value pairs of a configuration by dotted key; lists, adapter settings and maps of a deployment are values. */
export function flatten(values: object, prefix = ''): [string, unknown][] {
  return Object.entries(values).flatMap(([key, value]): [string, unknown][] => {
    const path = prefix + key;
    const isLeaf =
      typeof value !== 'object' ||
      value === null ||
      Array.isArray(value) ||
      /Settings$|^fields$/.test(path) ||
      DEPLOYMENT_VALUES.includes(path);
    return isLeaf ? [[path, value]] : flatten(value as object, `${path}.`);
  });
}

async function findFile(projectRoot: string): Promise<string | undefined> {
  for (const name of FILES) {
    const path = join(projectRoot, name);
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return undefined;
}

async function readConfigFile(path: string): Promise<object> {
  let value: unknown;
  try {
    value = path.endsWith('.json')
      ? JSON.parse(await readFile(path, 'utf8'))
      : ((await import(pathToFileURL(path).href)) as { default?: unknown }).default;
  } catch (cause) {
    const isMissing =
      (cause as NodeJS.ErrnoException).code === 'ENOENT' || /Cannot find module/.test(messageOf(cause));
    throw new SragError(
      isMissing ? 'PATH_NOT_FOUND' : 'INVALID_CONFIG',
      `The configuration file ${path} ${isMissing ? 'does not exist' : `cannot be read: ${messageOf(cause)}`}.`,
      {
        remedy: isMissing
          ? 'Correct --config, or make one with srag init.'
          : 'Correct the file; srag init shows how one looks.',
        cause,
      },
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new SragError('INVALID_CONFIG', `The configuration file ${path} does not hold an object.`, {
    remedy: 'A .ts or .js file exports it: export default defineConfig({ ... }).',
  });
}

function fromText(name: string, key: string, text: string): unknown {
  if (key === 'collections') return text.split(' ').filter((name) => name !== '');
  if (!key.endsWith('Settings')) return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SragError('INVALID_CONFIG', `${name} is not valid JSON: ${messageOf(cause)}.`, {
      remedy: `For example ${name}='{"dimensions": 512}'.`,
      cause,
    });
  }
}

function put(target: Record<string, unknown>, key: string, value: unknown): void {
  const [first = '', ...rest] = key.split('.');
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const inner = (target[first] ?? {}) as Record<string, unknown>;
  target[first] = inner;
  put(inner, rest.join('.'), value);
}
