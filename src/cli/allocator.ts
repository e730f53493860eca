/**
 * Size from which glibc's allocator gives a freed buffer back to the system. It reads this when a process starts and
 * at no other time. Left alone, it raises the size to that of the largest buffer freed so far and keeps what is
 * smaller, in up to eight heaps a core: a command that writes batches then grows to several times what it uses.
 * Lower: more page faults; higher: more memory.
 */
const SETTING = 'MALLOC_MMAP_THRESHOLD_';
const BYTES = 2 ** 20;

/** Words in the command lines of commands that write much: `ingest`, `index build`, `eval`. */
const WRITERS: ReadonlySet<string> = new Set(['ingest', 'build', 'eval']);

/**
 * Starts a command that writes much once more, in its own place (same process id, same files), with the allocator
 * set; other commands, and those that run already so, go on. Where it cannot be done (not Linux, Node before 22.15,
 * a parent that talks over Node's channel), the command works all the same and takes more memory.
 */
export function restartWithSteadyAllocator(): void {
  const { platform, execve, argv } = process;
  const isChildOfNode = process.send !== undefined;
  if (platform !== 'linux' || execve === undefined || isChildOfNode) return;
  if (!argv.some((word) => WRITERS.has(word))) return;
  if (process.env[SETTING] !== undefined) return;
  try {
    const words = [process.argv0, ...process.execArgv, ...argv.slice(1)];
    execve(process.execPath, words, { ...process.env, [SETTING]: String(BYTES) });
  } catch {
    // Node's permission model forbids it: see above.
  }
}
