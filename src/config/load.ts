import { resolve } from 'node:path';
import { messageOf, SragError } from '../core/index.ts';
import { findProjectRoot } from '../documents/loaders/index.ts';
import { parseSettings } from '../io/settings/index.ts';
import { findConfigFile, readConfigFile } from './config-file.ts';
import { DEPLOYMENT_VALUES } from './deployment-schema.ts';
import { ENVIRONMENT_KEYS, type Environment } from './environment.ts';
import { type Config, configSchema } from './schema.ts';

/** A configuration and, by dotted key, the source of every value that is not a default. */
export interface LoadedConfig {
  readonly config: Config;
  readonly origins: Readonly<Record<string, string>>;
  readonly projectRoot: string;
}

export interface ConfigSources {
  readonly cwd: string;
  readonly environment: Environment;
  /** Path of the configuration file; with false, a file in the working directory is ignored. */
  readonly file?: string | false;
  /** Values from the command line by dotted key; undefined if the option is absent. */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Precedence: command line, configuration file, environment, defaults. The file takes precedence over the
 * environment, so that a project's settings apply on every machine.
 * @throws UNKNOWN_CONFIG_KEY, PATH_NOT_FOUND if the named file is missing, INVALID_CONFIG for an invalid or
 * untrusted file
 */
export async function loadConfig(sources: ConfigSources): Promise<LoadedConfig> {
  const projectRoot = await findProjectRoot(sources.cwd);
  const file = await fileOf(sources, projectRoot);
  const origins: Record<string, string> = {};
  const merged: Record<string, unknown> = {};
  const set = (key: string, value: unknown, origin: string): void => {
    origins[key] = origin;
    setByPath(merged, key, value);
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

function fileOf(
  { cwd, file }: ConfigSources,
  projectRoot: string,
): Promise<string | undefined> | string | undefined {
  if (file === false) return undefined;
  return file === undefined ? findConfigFile(cwd, projectRoot) : resolve(cwd, file);
}

/** Adds to the error which source the invalid value comes from. */
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

/** Key-value pairs of a configuration by dotted key; lists, adapter settings and deployment maps are leaves. */
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

function setByPath(target: Record<string, unknown>, key: string, value: unknown): void {
  const [first = '', ...rest] = key.split('.');
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const inner = (target[first] ?? {}) as Record<string, unknown>;
  target[first] = inner;
  setByPath(inner, rest.join('.'), value);
}
