import { vi } from 'vitest';

/**
 * Runs work and returns its output: JSON lines (Powertools writes warnings and errors to stderr; Lambda
 * logs both), and as `errors` the rest of stderr.
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
