import { vi } from 'vitest';

/**
 * Runs work and gives what it wrote meanwhile: lines of JSON (Powertools puts warnings and errors on stderr; Lambda
 * takes both for the log), and `errors`, whatever else there was on stderr.
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
