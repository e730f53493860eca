import { spawnSync } from 'node:child_process';

/** The user `nobody`. */
export const NOBODY = 65_534;
/** Only root can change users or file owners; CI runs as root. */
export const isRoot = process.getuid?.() === 0;

/** Runs a script in a process of the user `nobody`; returns its output. */
export function asNobody(script: string): string {
  const become = `process.setgroups([]); process.setgid(${NOBODY}); process.setuid(${NOBODY});`;
  const run = spawnSync(process.execPath, ['-e', become + script], { cwd: '/', encoding: 'utf8' });
  return run.stdout.trim() + run.stderr;
}
