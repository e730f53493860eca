import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DEFAULT_SETTINGS, type LoggedRequest, type ModelSettings } from '../../src/laptop/index.ts';
import { startVersitygw, TEST_KEY } from '../../test/servers/versitygw.ts';

/** A running proxy that models S3 latency. */
export interface S3Model {
  readonly endpoint: string;
  log(): Promise<readonly LoggedRequest[]>;
  reset(): Promise<void>;
  change(settings: Partial<ModelSettings>): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the proxy in its own process in front of `target`. */
export async function startS3Model(target: string, settings: Partial<ModelSettings> = {}): Promise<S3Model> {
  const all = { ...DEFAULT_SETTINGS, ...settings };
  const args = Object.entries(all).flatMap(([name, value]) => [
    `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    String(value),
  ]);
  const program = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [program, '--target', target, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const endpoint = `http://127.0.0.1:${await readPort(child)}`;
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${endpoint}/__model/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`The S3 model answers ${response.status}: ${await response.text()}`);
    return response.json();
  };
  return {
    endpoint,
    log: async () => (await ask('GET', 'log')) as LoggedRequest[],
    reset: async () => void (await ask('POST', 'reset')),
    change: async (changed) => void (await ask('POST', 'settings', changed)),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}

/** A versitygw (`npm run servers:install`) behind the proxy. Its objects are in `dataFolder`. */
export async function startModelledS3(
  settings: Partial<ModelSettings> = {},
  dataFolder?: string,
): Promise<{
  readonly direct: string;
  readonly model: S3Model;
  readonly credentials: typeof TEST_KEY;
  stop(): Promise<void>;
}> {
  const server = await startVersitygw(dataFolder);
  try {
    const model = await startS3Model(server.endpoint, settings);
    const stop = async (): Promise<void> => {
      await model.stop();
      await server.stop();
    };
    return { direct: server.endpoint, model, credentials: TEST_KEY, stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function readPort(child: ChildProcess): Promise<number> {
  const lines = createInterface({ input: child.stdout! });
  for await (const line of lines) return (JSON.parse(line) as { port: number }).port;
  throw new Error('The S3 model did not start.');
}
