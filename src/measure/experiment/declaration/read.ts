import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { messageOf, SragError } from '../../../core/index.ts';
import { parseSettings } from '../../../io/settings/index.ts';
import { parseThreshold } from '../thresholds.ts';
import { type Experiment, experimentSchema } from './schema.ts';

const ENDINGS = ['.yaml', '.yml', '.json', '.ts', '.js', '.mjs'];

/** A declaration with the folder that its relative paths start from. */
export interface ReadExperiment {
  readonly experiment: Experiment;
  readonly folder: string;
}

/**
 * Reads the declaration of an experiment from YAML, JSON, or the default export of a module.
 * @throws PATH_NOT_FOUND, UNSUPPORTED_FORMAT, INVALID_CONFIG, UNKNOWN_CONFIG_KEY naming the nearest key
 */
export async function readExperiment(file: string): Promise<ReadExperiment> {
  const path = resolve(file);
  const experiment = parseSettings(experimentSchema, await declarationAt(path), `the experiment ${file}`);
  for (const threshold of experiment.thresholds) parseThreshold(threshold);
  return { experiment, folder: dirname(path) };
}

async function declarationAt(path: string): Promise<unknown> {
  const ending = extname(path).toLowerCase();
  if (!ENDINGS.includes(ending)) {
    throw new SragError('UNSUPPORTED_FORMAT', `${path} is not a declaration: its name ends in '${ending}'.`, {
      remedy: `Use one of ${ENDINGS.join(', ')}; srag bench init writes one.`,
      fields: { path, allowed: ENDINGS },
    });
  }
  // Modules are read before the import, too, because a failed import does not say which file is missing.
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new SragError('PATH_NOT_FOUND', `The experiment ${path} cannot be read: ${messageOf(cause)}.`, {
      remedy: 'Create one: srag bench init',
      fields: { path },
      cause,
    });
  });
  try {
    if (ending === '.json') return JSON.parse(text);
    if (ending.startsWith('.y')) return parse(text);
    return ((await import(pathToFileURL(path).href)) as { default?: unknown }).default;
  } catch (cause) {
    throw new SragError('INVALID_CONFIG', `The experiment ${path} is not valid: ${messageOf(cause)}.`, {
      remedy: 'Compare it with one that srag bench init writes.',
      fields: { path },
      cause,
    });
  }
}
