/**
 * Threshold in bytes from which glibc's allocator returns a freed buffer to the system. It is read only when
 * a process starts. By default glibc raises it to the largest buffer freed so far and keeps smaller ones, in
 * up to eight heaps per core: a command that writes batches then grows to several times the memory it uses. A
 * lower threshold causes more page faults, a higher one takes more memory.
 */
const ALLOCATOR = 'MALLOC_MMAP_THRESHOLD_';
const ALLOCATOR_BYTES = 2 ** 20;
/** Words that identify the commands that write a lot: `ingest`, `index build` and `eval`. */
const WRITERS: ReadonlySet<string> = new Set(['ingest', 'build', 'eval']);

/** V8's limit on each semi-space for new objects; it also takes effect only when a process starts. */
const SEMI_SPACE = '--max-semi-space-size';
/**
 * In MB. During 20,000 hostile requests, a server grew by 134 MB with this value, and by 373 MB with V8's
 * default.
 */
const SMALL_YOUNG = `${SEMI_SPACE}=8`;
/**
 * Makes the heap grow more slowly: with a million samples, `bench run` took 231 MB instead of 277 MB, and
 * `report` took 255 MB instead of 311 MB.
 */
const SLOW_GROWTH = '--optimize-for-size';

/** V8's settings for commands, by the first words of the command. */
const HEAPS: readonly { readonly command: RegExp; readonly flags: readonly string[] }[] = [
  { command: /^serve\b/, flags: [SMALL_YOUNG] },
  { command: /^(?:report|bench (?:run|compare))\b/, flags: [SMALL_YOUNG, SLOW_GROWTH] },
];

/**
 * Restarts long-lived and write-heavy commands in place (same process id, same files) with settings that
 * limit their memory. Other commands, and those that have the settings already, continue. If a restart is not
 * possible (not Linux, Node before 22.15, a parent that uses Node's IPC channel), the command works but takes
 * more memory.
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
    // Node's permission model forbids it: the command runs without the settings.
  }
}
