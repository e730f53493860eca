import { execFileSync } from 'node:child_process';

/**
 * The commit checked out in a folder, followed by `-dirty` if there are local changes; undefined outside a
 * repository.
 */
export function checkedOutCommit(folder: string): string | undefined {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=12'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}
