import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SragError } from '../core/index.ts';

/** Package managers by lock file. If there is no lock file, npm is used. */
const MANAGERS = [
  ['pnpm-lock.yaml', 'pnpm add'],
  ['yarn.lock', 'yarn add'],
  ['bun.lock', 'bun add'],
] as const;

const INSTALLED = `${sep}node_modules${sep}srag${sep}`;

/**
 * The command, run from `cwd`, that installs packages where this installation of srag finds them: in its
 * checkout, project or global folder.
 */
export function installCommand(
  packages: readonly string[],
  { file = fileURLToPath(import.meta.url), cwd = process.cwd() } = {},
): string {
  const names = packages.map(withVersion).join(' ');
  const at = file.lastIndexOf(INSTALLED);
  // Without --save-dev, npm treats an optional peer dependency of the checkout as installed.
  if (at < 0) return `npm install --no-save --save-dev${prefixOf(nearest(file), cwd)} ${names}`;
  const [folder = ''] = file.slice(0, at).split(`${sep}node_modules${sep}.pnpm${sep}`, 1);
  if (folder.includes(`${sep}_npx${sep}`)) {
    const wanted = ['srag', ...packages.map(withVersion)].map((name) => `--package ${name}`);
    return `npx ${wanted.join(' ')} srag ...`;
  }
  const [, add] = MANAGERS.find(([lock]) => existsSync(join(folder, lock))) ?? [];
  if (!existsSync(join(folder, 'package.json')))
    return `${file.includes(`${sep}.pnpm${sep}`) ? 'pnpm add' : 'npm install'} --global ${names}`;
  const isHere = nearest(cwd) === folder;
  if (add === undefined) return `npm install${prefixOf(folder, cwd)} ${names}`;
  return isHere ? `${add} ${names}` : `cd ${quoted(folder)} && ${add} ${names}`;
}

/**
 * Returns the error with a command as its remedy, which installs the missing packages for this installation
 * of srag.
 */
export function withInstallCommand(error: SragError): SragError {
  const { package: one, packages = one === undefined ? [] : [one] } = error.fields;
  const names = (packages as unknown[]).filter((name) => typeof name === 'string' && name in peers());
  if (error.code !== 'MISSING_PACKAGE' || names.length === 0) return error;
  const { code, message, fields, upstream, cause } = error;
  return new SragError(code, message, {
    remedy: installCommand(names as string[]),
    ...{ fields, upstream, cause },
  });
}

/** The optional packages that srag uses, with the supported versions. */
const peers = (): Readonly<Record<string, string>> =>
  (createRequire(import.meta.url)('srag/package.json') as { peerDependencies: Record<string, string> })
    .peerDependencies;

/** Appends the newest supported version, because a shell would interpret the ranges of package.json. */
function withVersion(name: string): string {
  const [major, minor] =
    peers()
      [name]?.match(/\d{1,9}\.\d{1,9}/g)
      ?.at(-1)
      ?.split('.') ?? [];
  if (major === undefined) return name;
  return `${name}@${major === '0' ? `0.${minor}` : major}`;
}

/** npm installs into the project nearest to `cwd`; another folder needs `--prefix`. */
const prefixOf = (folder: string | undefined, cwd: string): string =>
  folder === undefined || nearest(cwd) === folder ? '' : ` --prefix ${quoted(folder)}`;

/** The folder, at or above a path, that npm considers the project. */
function nearest(path: string): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) || existsSync(join(folder, 'node_modules'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

const quoted = (path: string): string => (/^[\w./:\\-]+$/.test(path) ? path : JSON.stringify(path));
