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
const SMALL_YOUNG = `${SEMI_SPACE}=8`;
/** V8 lets the heap grow more slowly: with a million samples `bench run` took 231 MB instead of 277, `report` 255 instead of 311. */
const SLOW_GROWTH = '--optimize-for-size';

/** V8's settings by the first words of a command. */
const HEAPS: readonly { readonly command: RegExp; readonly flags: readonly string[] }[] = [
  { command: /^serve\b/, flags: [SMALL_YOUNG] },
  { command: /^(?:report|bench (?:run|compare))\b/, flags: [SMALL_YOUNG, SLOW_GROWTH] },
];

/**
 * Starts long-lived commands, and those that write much, once more in their own place (same process id, same files),
 * with settings that keep their memory small. Other commands, and those that have the settings already, go on. Where it
 * cannot be done (not Linux, Node before 22.15, a parent that talks over Node's channel), the command works all the same
 * and takes more memory.
 */
export function restartWithMemorySettings(): void {
  const { platform, execve, argv, execArgv } = process;
  const env = process.env;
  const isChildOfNode = process.send !== undefined;
  if (platform !== 'linux' || execve === undefined || isChildOfNode) return;
  const setsAllocator = argv.some((word) => WRITERS.has(word)) && env[ALLOCATOR] === undefined;
  const isSet = [...execArgv, env.NODE_OPTIONS ?? ''].join().includes(SEMI_SPACE);
  const words = argv.slice(2, 4).join(' ');
  const heap = isSet ? [] : HEAPS.filter(({ command }) => command.test(words)).flatMap(({ flags }) => flags);
  if (!setsAllocator && heap.length === 0) return;
  try {
    execve(process.execPath, [process.argv0, ...heap, ...execArgv, ...argv.slice(1)], {
      ...env,
      ...(setsAllocator ? { [ALLOCATOR]: String(ALLOCATOR_BYTES) } : {}),
    });
  } catch {
    // Node's permission model forbids it: see above.
  }
}
