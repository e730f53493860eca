import type { Stats } from 'node:fs';
import { lstat, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, SragError } from '../core/index.ts';

/** Names of the configuration file, in order of precedence. */
const FILES = ['srag.config.ts', 'srag.config.js', 'srag.config.json'];

/**
 * Finds the configuration file of the working directory. A file further up is an error: somebody else may
 * have put it there, so it must not be executed, and ignoring it would be a surprise.
 * @throws INVALID_CONFIG if the project's configuration file is above the working directory
 */
export async function findConfigFile(cwd: string, projectRoot: string): Promise<string | undefined> {
  const own = await firstOf(cwd);
  if (own !== undefined || resolve(cwd) === projectRoot) return own;
  const above = await firstOf(projectRoot);
  if (above === undefined) return undefined;
  throw new SragError(
    'INVALID_CONFIG',
    `The configuration file ${above} is above the working directory, where srag executes it only if you name it.`,
    { remedy: `Run srag in ${dirname(above)}, or with --config ${above}.`, fields: { path: above } },
  );
}

/**
 * Executes or parses a configuration file.
 * @throws PATH_NOT_FOUND; INVALID_CONFIG for a file that is invalid, or that other users may have changed
 */
export async function readConfigFile(path: string): Promise<object> {
  await checkTrusted(path);
  let value: unknown;
  try {
    value = path.endsWith('.json')
      ? JSON.parse(await readFile(path, 'utf8'))
      : ((await import(pathToFileURL(path).href)) as { default?: unknown }).default;
  } catch (cause) {
    throw new SragError(
      'INVALID_CONFIG',
      `The configuration file ${path} cannot be read: ${messageOf(cause)}.`,
      { remedy: 'Correct the file; srag init creates an example.', cause },
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new SragError('INVALID_CONFIG', `The configuration file ${path} does not contain an object.`, {
    remedy: 'A .ts or .js file must export an object: export default defineConfig({ ... }).',
  });
}

async function firstOf(folder: string): Promise<string | undefined> {
  for (const name of FILES) {
    const path = join(folder, name);
    // A dangling link counts as a file, so that reading it reports the error.
    if (await lstat(path).catch(() => undefined)) return path;
  }
  return undefined;
}

/** @throws INVALID_CONFIG if the file, or a link to it, can be changed by users other than this one and root */
async function checkTrusted(path: string): Promise<void> {
  const [link, file] = await Promise.all([lstat(path), stat(path)]).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    const [kind, words] =
      code === 'ENOENT' || code === 'ENOTDIR'
        ? (['PATH_NOT_FOUND', 'does not exist'] as const)
        : (['INVALID_CONFIG', `cannot be read: ${code}`] as const);
    throw new SragError(kind, `The configuration file ${path} ${words}.`, {
      remedy: 'Correct --config, or create a file with srag init.',
      cause,
    });
  });
  const reason = foreignOwner(link) ?? foreignOwner(file) ?? otherWriters(file);
  if (reason === undefined) return;
  throw new SragError('INVALID_CONFIG', `The configuration file ${path} is not trusted: ${reason}.`, {
    remedy: `If it is yours: chown ${process.getuid?.()} ${path}; chmod go-w ${path}`,
    fields: { path },
  });
}

/**
 * Why the owner of the file is not trusted; undefined if it is this user or root, and on Windows, which has
 * no user ids.
 */
function foreignOwner({ uid }: Stats): string | undefined {
  const own = process.getuid?.();
  if (own === undefined || uid === own || uid === 0) return undefined;
  return `it belongs to user ${uid}, and srag runs as user ${own}`;
}

function otherWriters({ mode, gid }: Stats): string | undefined {
  if (process.getuid === undefined) return undefined;
  if ((mode & 0o002) !== 0) return 'every user may write to it';
  // A user's own group often has no other members, so only write access of other groups is refused.
  if ((mode & 0o020) !== 0 && gid !== process.getgid?.()) return `the users of group ${gid} may write to it`;
  return undefined;
}
