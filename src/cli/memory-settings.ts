/**
 * Size from which glibc's allocator gives a freed buffer back to the system. It reads this when a process starts and
 * at no other time. Left alone, it raises the size to that of the largest buffer freed so far and keeps what is
 * smaller, in up to eight heaps a core: a command that writes batches then grows to several times what it uses.
 * Lower: more page faults; higher: more memory.
 */
const ALLOCATOR = 'MALLOC_MMAP_THRESHOLD_';
const ALLOCATOR_BYTES = 2 ** 20;
/** Words in the command lines of commands that write much: `ingest`, `index build`, `eval`. */
const WRITERS: ReadonlySet<string> = new Set(['ingest', 'build', 'eval']);

/** V8's limit on one of the halves that hold new objects; it, too, counts at the start of a process only. */
const SEMI_SPACE = '--max-semi-space-size';
/** Under 20,000 hostile requests a server grew by 134 MB with 8, and by 373 MB with V8's default. */
const SEMI_SPACE_MB = 8;
const SERVER = 'serve';

/**
 * Starts `serve` and commands that write much once more, in their own place (same process id, same files), with
 * settings that keep their memory small. Other commands, and those that have the settings already, go on. Where it cannot be done (not Linux, Node before 22.15, a parent that talks over Node's channel), the
 * command works all the same and takes more memory.
 */
export function restartWithMemorySettings(): void {
  const { platform, execve, argv, execArgv } = process;
  const env = process.env;
  const isChildOfNode = process.send !== undefined;
  if (platform !== 'linux' || execve === undefined || isChildOfNode) return;
  const setsAllocator = argv.some((word) => WRITERS.has(word)) && env[ALLOCATOR] === undefined;
  const setsHeap = argv[2] === SERVER && ![...execArgv, env.NODE_OPTIONS ?? ''].join().includes(SEMI_SPACE);
  if (!setsAllocator && !setsHeap) return;
  const heap = setsHeap ? [`${SEMI_SPACE}=${SEMI_SPACE_MB}`] : [];
  try {
    execve(process.execPath, [process.argv0, ...heap, ...execArgv, ...argv.slice(1)], {
      ...env,
      ...(setsAllocator ? { [ALLOCATOR]: String(ALLOCATOR_BYTES) } : {}),
    });
  } catch {
    // Node's permission model forbids it: see above.
  }
}
