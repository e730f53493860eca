import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const VERSITYGW = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';
export const TEST_KEY = { accessKeyId: 'testkey', secretAccessKey: 'testsecret' } as const;
const START_MS = 20_000;

/** Folder of installed servers and their data: $SERVERS if set, else servers-run/ in the checkout. */
const serversFolder = (): string => resolve(process.env.SERVERS ?? 'servers-run');
export const versitygwBinary = (): string => join(serversFolder(), 'bin', 'versitygw');
export const isInstalled = (): boolean => existsSync(versitygwBinary());

/**
 * Starts an S3 server on a free port of 127.0.0.1; `stop` ends it. Stores objects in the folder `kept`, or in
 * a new folder that `stop` deletes.
 */
export async function startVersitygw(
  kept?: string,
): Promise<{ readonly endpoint: string; stop(): Promise<void> }> {
  const folder = join(serversFolder(), 'run');
  await mkdir(folder, { recursive: true });
  if (kept !== undefined) await mkdir(kept, { recursive: true });
  const data = kept ?? mkdtempSync(join(folder, 'versitygw-'));
  const log = join(folder, 'versitygw.log');
  const port = await freePort();
  const output = openSync(log, 'w');
  const server = spawn(versitygwBinary(), ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', data], {
    stdio: ['ignore', output, output],
    env: {
      ...process.env,
      ROOT_ACCESS_KEY: TEST_KEY.accessKeyId,
      ROOT_SECRET_KEY: TEST_KEY.secretAccessKey,
    },
  });
  const stop = async (): Promise<void> => {
    await end(server);
    if (kept === undefined) rmSync(data, { recursive: true, force: true });
  };
  const until = Date.now() + START_MS;
  while (!(await answers(port))) {
    if (server.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error(`versitygw did not start:\n${await readFile(log, 'utf8')}`);
    }
    await sleep(50);
  }
  return { endpoint: `http://127.0.0.1:${port}`, stop };
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, 'exit');
  server.kill('SIGTERM');
  const hard = setTimeout(() => server.kill('SIGKILL'), 5_000);
  await exit;
  clearTimeout(hard);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}
