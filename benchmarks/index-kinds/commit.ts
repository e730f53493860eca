import { execFileSync } from 'node:child_process';

/** The checked-out commit, with `-dirty` if files differ; undefined outside a repository. */
export function checkedOutCommit(): string | undefined {
  const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
  try {
    const command = ['describe', '--always', '--dirty', '--abbrev=12'];
    return execFileSync('git', command, { cwd: import.meta.dirname, encoding: 'utf8', stdio }).trim();
  } catch {
    return undefined;
  }
}
