import type { Stats } from 'node:fs';
import { lstat, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, SragError } from '../core/index.ts';

/** Names of the configuration file, in the order they are looked for. */
const FILES = ['srag.config.ts', 'srag.config.js', 'srag.config.json'];

/**
 * The configuration file of the working directory. Files are programs: one above it, where somebody else may have put it,
 * is neither executed nor passed over in silence.
 * @throws INVALID_CONFIG where the project's file lies above the working directory.
 */
export async function findConfigFile(cwd: string, projectRoot: string): Promise<string | undefined> {
  const own = await firstOf(cwd);
  if (own !== undefined || resolve(cwd) === projectRoot) return own;
  const above = await firstOf(projectRoot);
  if (above === undefined) return undefined;
  throw new SragError(
    'INVALID_CONFIG',
    `The configuration file ${above} lies above the working directory: it is executed only if you name it.`,
    { remedy: `Run srag in ${dirname(above)}, or with --config ${above}.`, fields: { path: above } },
  );
}

/**
 * Executes or parses a configuration file.
 * @throws PATH_NOT_FOUND; INVALID_CONFIG for a file that others may have written, or that is not as it should be.
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
      { remedy: 'Correct the file; srag init shows how one looks.', cause },
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new SragError('INVALID_CONFIG', `The configuration file ${path} does not hold an object.`, {
    remedy: 'A .ts or .js file exports it: export default defineConfig({ ... }).',
  });
}

async function firstOf(folder: string): Promise<string | undefined> {
  for (const name of FILES) {
    const path = join(folder, name);
    // A link to nothing counts, too: reading it says what is wrong.
    if (await lstat(path).catch(() => undefined)) return path;
  }
  return undefined;
}

/** @throws INVALID_CONFIG for a file, or a link to it, that somebody else than this user or root can change. */
async function checkTrusted(path: string): Promise<void> {
  const [link, file] = await Promise.all([lstat(path), stat(path)]).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    const [kind, words] =
      code === 'ENOENT' || code === 'ENOTDIR'
        ? (['PATH_NOT_FOUND', 'does not exist'] as const)
        : (['INVALID_CONFIG', `cannot be read: ${code}`] as const);
    throw new SragError(kind, `The configuration file ${path} ${words}.`, {
      remedy: 'Correct --config, or make one with srag init.',
      cause,
    });
  });
  const reason = foreign(link) ?? foreign(file) ?? writable(file);
  if (reason === undefined) return;
  throw new SragError('INVALID_CONFIG', `The configuration file ${path} is not trusted: ${reason}.`, {
    remedy: `If it is yours: chown ${process.getuid?.()} ${path}; chmod go-w ${path}`,
    fields: { path },
  });
}

/** Windows has no such owners. */
function foreign({ uid }: Stats): string | undefined {
  const own = process.getuid?.();
  if (own === undefined || uid === own || uid === 0) return undefined;
  return `it belongs to user ${uid}, and srag runs as user ${own}`;
}

function writable({ mode, gid }: Stats): string | undefined {
  if (process.getuid === undefined) return undefined;
  if ((mode & 0o002) !== 0) return 'every user may write to it';
  // A user's own group often has no other member; another group is there to have some.
  if ((mode & 0o020) !== 0 && gid !== process.getgid?.()) return `the users of group ${gid} may write to it`;
  return undefined;
}
