import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SragError } from '../../core/index.ts';
import { packageRoot } from './package-root.ts';

/** The CDK app and the pinned CDK that runs it. */
export interface InfraPackage {
  readonly folder: string;
  /** Entry point of the app, run by this Node. */
  readonly app: string;
  /** Entry point of CDK. */
  readonly cdk: string;
}

/**
 * Where to look for the infra package: next to the source in a checkout, in the project's packages, or next
 * to srag.
 */
export interface InfraPlaces {
  readonly cwd: string;
  readonly root?: string;
  /** Whether this Node runs TypeScript. */
  readonly runsTypeScript?: boolean;
}

/**
 * Finds the infra package. In a checkout, the app runs from its source, so that it is never stale.
 * @throws MISSING_PACKAGE with the command that installs it; UNSUPPORTED if Node is too old for the source.
 */
export function findInfra({
  cwd,
  root = packageRoot(),
  runsTypeScript = Boolean(process.features.typescript),
}: InfraPlaces): InfraPackage {
  const checkout = join(root, 'infra');
  const isCheckout = existsSync(join(checkout, 'src', 'app.ts'));
  const folder = isCheckout ? checkout : installed(cwd, root);
  const command = isCheckout ? 'npm run infra:install' : 'npm install --save-dev srag-infra';
  if (folder === undefined) throw missing('srag-infra', command);
  const cdk = resolveFrom(folder, 'aws-cdk/package.json');
  if (cdk === undefined) throw missing('aws-cdk', command);
  const app = isCheckout ? sourceApp(folder, runsTypeScript) : join(folder, 'dist', 'app.js');
  return { folder, app, cdk: join(dirname(cdk), 'bin', 'cdk') };
}

function sourceApp(folder: string, runsTypeScript: boolean): string {
  if (runsTypeScript) return join(folder, 'src', 'app.ts');
  const compiled = join(folder, 'dist', 'app.js');
  if (existsSync(compiled)) return compiled;
  throw new SragError(
    'UNSUPPORTED',
    `Node ${process.versions.node} does not run the TypeScript of ${folder}.`,
    {
      remedy: 'Use Node 22.18 or later, or compile it: npm run infra:build.',
    },
  );
}

/** The installed package: in the user's project, or next to srag. */
function installed(cwd: string, root: string): string | undefined {
  for (const from of [cwd, root]) {
    const manifest = resolveFrom(from, 'srag-infra/package.json');
    if (manifest !== undefined) return dirname(manifest);
  }
  return undefined;
}

function resolveFrom(folder: string, name: string): string | undefined {
  try {
    return createRequire(join(folder, 'package.json')).resolve(name);
  } catch {
    return undefined;
  }
}

const missing = (name: string, command: string): SragError =>
  new SragError('MISSING_PACKAGE', `Deploying needs the package ${name}, which is not installed.`, {
    remedy: command,
    fields: { package: name },
  });
