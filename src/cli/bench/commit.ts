import { execFileSync } from 'node:child_process';

/** What is checked out in a folder, `-dirty` where files differ; undefined outside of a repository. */
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
