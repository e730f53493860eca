import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SragError } from '../../core/index.ts';

/** Folder of the package srag: the checkout, or its installation. */
export const packageRoot = (): string => dirname(createRequire(import.meta.url).resolve('srag/package.json'));

/** Folder of the built functions. */
export const builtFunctions = (root = packageRoot()): string => join(root, 'dist', 'functions');

const NO_INGEST = ' Or deploy without ingestion: --no-ingest.';

/**
 * The remedy for a missing bundle. Only a checkout can build bundles; the package lacks only that of LanceDB.
 */
const buildCommand = (script: string): string =>
  existsSync(join(packageRoot(), 'tsdown.config.ts'))
    ? `Build it: npm run ${script}.`
    : `The package does not contain it: deploy from a checkout of srag, after npm run ${script}.`;

interface Manifest {
  readonly functions: readonly { readonly name: string; readonly asset: string }[];
}

/**
 * Checks that the bundles of a deployment exist, before any step that takes minutes.
 * @throws BUNDLE_MISSING with the command that builds it.
 */
export function checkBundles(
  folder: string,
  { engine, ingest }: { readonly engine: string; readonly ingest: boolean },
): void {
  const missing = (what: string, script: string, otherwise = ''): SragError =>
    new SragError('BUNDLE_MISSING', `${what} is not built: it is missing from ${folder}.`, {
      remedy: `${buildCommand(script)}${otherwise}`,
      fields: { folder },
    });
  const manifest = join(folder, 'functions.json');
  if (!existsSync(manifest)) throw missing('functions.json', 'build');
  const { functions } = JSON.parse(readFileSync(manifest, 'utf8')) as Manifest;
  const needsHeavy = engine === 'lancedb' || (ingest && functions.some(({ name }) => name === 'ingest'));
  if (needsHeavy && !existsSync(join(folder, 'lancedb'))) {
    throw missing('The LanceDB bundle', 'build:lancedb', engine === 'lancedb' ? '' : NO_INGEST);
  }
  for (const { name, asset } of functions.filter((one) => one.name !== 'ingest')) {
    // As in the CDK app, functions in the LanceDB asset use its bundle; the others use small bundles.
    const isHeavy = engine === 'lancedb' && existsSync(join(folder, 'lancedb', `${name}.mjs`));
    if (!isHeavy && !existsSync(join(folder, asset))) throw missing(`The bundle of '${asset}'`, 'build');
  }
}
