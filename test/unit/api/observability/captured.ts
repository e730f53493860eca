import { vi } from 'vitest';

/**
 * Runs `work` and returns its JSON lines and, as `errors`, all other output to stderr. The JSON lines come
 * from stdout and stderr, because Powertools writes warnings and errors to stderr, and Lambda logs both.
 */
export async function captured(
  work: () => unknown,
): Promise<{ readonly lines: readonly string[]; readonly errors: string }> {
  const written: string[] = [];
  const write = (chunk: unknown): boolean => {
    written.push(String(chunk));
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation(write),
  );
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  const all = written.join('').split('\n');
  return {
    lines: all.filter((line) => line.startsWith('{')),
    errors: all.filter((line) => line !== '' && !line.startsWith('{')).join('\n'),
  };
}
