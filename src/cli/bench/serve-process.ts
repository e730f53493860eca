import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { SragError } from '../../core/index.ts';

/** Milliseconds within which a server must start listening. */
const START_MS = 60_000;
/** Milliseconds that a server has to exit before it is killed. */
const END_MS = 5_000;

/**
 * A separate `srag serve` process, because the load generator must not share an event loop with the server it
 * measures.
 */
export interface ServeProcess {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts `srag serve` on a free port with these options.
 * @throws BUNDLE_MISSING, and every other error with which the server fails to start
 */
export async function startServing(options: readonly string[], signal: AbortSignal): Promise<ServeProcess> {
  const [program = ''] = process.argv.slice(1);
  const child = spawn(
    process.execPath,
    [...process.execArgv, program, 'serve', '--port', '0', '--json', ...options],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      // The run handles Ctrl-C: it ends its servers after requests in flight have been answered.
      detached: true,
    },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const abort = (): void => void stop(child, ended);
  signal.addEventListener('abort', abort, { once: true });
  const atExit = (): boolean => child.kill('SIGKILL');
  process.once('exit', atExit);
  const close = async (): Promise<void> => {
    signal.removeEventListener('abort', abort);
    await stop(child, ended);
    process.off('exit', atExit);
  };
  try {
    return { url: await listeningUrl(child), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listeningUrl(child: ChildProcess): Promise<string> {
  let output = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(notListening(`it did not listen within ${START_MS / 1_000} s`)),
      START_MS,
    );
    const lines: string[] = [];
    // The output is read until the server ends, because a full pipe would block the server.
    createInterface({ input: child.stderr! }).on('line', (line) => {
      const url = line.startsWith('Listening on ') ? line.split(' ')[2] : undefined;
      if (url !== undefined) {
        clearTimeout(late);
        resolve(url);
      } else if (lines.length < 20) lines.push(line);
    });
    child.once('error', (error) => reject(notListening(error.message)));
    child.once('exit', () => {
      clearTimeout(late);
      reject(refusal(output) ?? notListening(lines.join(' ')));
    });
  });
}

/** The error that the server printed as a JSON document. */
function refusal(output: string): SragError | undefined {
  try {
    const { error } = JSON.parse(output) as {
      error: Pick<SragError, 'code' | 'message' | 'remedy' | 'fields'>;
    };
    return new SragError(error.code, error.message, { remedy: error.remedy, fields: error.fields });
  } catch {
    return undefined;
  }
}

const notListening = (why: string): SragError =>
  new SragError('REMOTE_FAILED', `The laptop cloud did not start: ${why}.`, {
    remedy: 'Run srag serve to see the whole output.',
  });

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await ended;
  clearTimeout(late);
}
