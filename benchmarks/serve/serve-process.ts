import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');

/** The built `srag serve` in its own process. */
export interface ServeProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** The printed lines so far. */
  lines(): Promise<string[]>;
  /** Ends it; returns the exit code and all printed lines. */
  stop(signal?: NodeJS.Signals): Promise<{ readonly code: number | null; readonly lines: readonly string[] }>;
}

/** Starts `srag serve` with these arguments on a free port. */
export async function serveProcess(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ServeProcess> {
  const { PATH = '', HOME = '' } = process.env;
  const folder = await mkdtemp(join(tmpdir(), 'srag-serve-'));
  const file = join(folder, 'output');
  // Output goes to a file, because a busy reader of a pipe would block the server's writes.
  const output = await open(file, 'w');
  const child = spawn(process.execPath, ['--no-warnings', CLI, 'serve', '--port', '0', ...words], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', output.fd, output.fd],
  });
  const ended = once(child, 'exit');
  await output.close();
  const lines = async (): Promise<string[]> => (await readFile(file, 'utf8')).split('\n');
  const listening = async (): Promise<string> => {
    for (;;) {
      const found = /Listening on (http:\S+)/.exec((await lines()).join('\n'))?.[1];
      if (found !== undefined) return found;
      if (child.exitCode !== null) throw new Error(`srag serve ended: ${(await lines()).join('\n')}`);
      await delay(50);
    }
  };
  const url = await listening();
  return {
    url,
    child,
    lines,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      const printed = await lines();
      await rm(folder, { recursive: true, force: true });
      return { code, lines: printed };
    },
  };
}
