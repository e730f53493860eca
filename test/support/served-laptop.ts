import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Laptop, type LaptopOptions } from '../../src/laptop/index.ts';

const DIST = join(import.meta.dirname, '..', '..', 'dist');

/** A laptop cloud as started by `srag serve` for a location, with the logs of its functions. */
export interface ServedLaptop {
  readonly laptop: Laptop;
  readonly logs: string[];
  /** Sends a JSON request; returns the body as text, and parsed if it is JSON. */
  ask(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Asked>;
  stop(): Promise<void>;
}

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into every kind of answer.
  readonly body: any;
}

/**
 * Starts a laptop cloud with these variables for its functions; `timeouts` override deployed ones, in seconds
 * by function.
 */
export async function servedLaptop(
  folder: string,
  environment: Readonly<Record<string, string>> = {},
  {
    timeouts = {},
    ...options
  }: Partial<LaptopOptions> & { timeouts?: Readonly<Record<string, number>> } = {},
): Promise<ServedLaptop> {
  const build = await mkdtemp(join(tmpdir(), 'srag-build-'));
  const manifest = JSON.parse(await readFile(join(DIST, 'functions', 'functions.json'), 'utf8')) as {
    functions: { name: string; asset: string; timeoutSeconds: number }[];
  };
  for (const each of manifest.functions) each.timeoutSeconds = timeouts[each.name] ?? each.timeoutSeconds;
  await writeFile(join(build, 'functions.json'), JSON.stringify(manifest));
  for (const name of ['state-machine.asl.json', 'ingest.asl.json'])
    await cp(join(DIST, 'functions', name), join(build, name));
  for (const asset of new Set(manifest.functions.map((each) => each.asset)))
    await symlink(join(DIST, 'functions', asset), join(build, asset));
  const logs: string[] = [];
  const laptop = await Laptop.start({
    functionsFolder: build,
    runtime: [process.execPath, join(DIST, 'emulator', 'bootstrap.mjs')],
    host: '127.0.0.1',
    port: 0,
    folder,
    engine: 'snapshot',
    collection: 'default',
    environment: { SRAG_COLLECTION: 'default', SRAG_MODE: 'auto', ...environment },
    concurrency: 10,
    throttle: { rate: 1_000, burst: 1_000 },
    storageModel: 'none',
    idleMs: 600_000,
    scaleRate: 1_000,
    onLog: (_name, _environment, line) => logs.push(line),
    ...options,
  });
  return {
    laptop,
    logs,
    async ask(path, body, headers = {}) {
      const response = await fetch(laptop.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson ? JSON.parse(text) : undefined,
      };
    },
    async stop() {
      await laptop.close(0);
      await rm(build, { recursive: true, force: true });
    },
  };
}
