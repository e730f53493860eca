import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasEnded } from '../../src/storage/index.ts';
import type { CliProject } from '../support/cli.ts';
import { handbookProject } from '../support/handbook.ts';
import { until } from '../support/http-server.ts';
import { type ServedProject, serve } from '../support/served.ts';

const QUESTION = 'How many days of annual leave are there?';
const ROUTES = ['/query', '/retrieve', '/query/stream'];

/** Asks from `clients` at once until the server is gone; what came, and what was broken off. */
class Load {
  readonly statuses: number[] = [];
  brokenOff = 0;
  readonly #clients: Promise<void>[];

  constructor(url: string, clients: number) {
    this.#clients = Array.from({ length: clients }, (_, client) => this.#ask(url, client));
  }

  async #ask(url: string, client: number): Promise<void> {
    for (let number = 0; ; number++) {
      try {
        const response = await fetch(url + ROUTES[(client + number) % ROUTES.length], {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ question: `${QUESTION} ${client} ${number}` }),
        });
        await response.text();
        this.statuses.push(response.status);
      } catch {
        this.brokenOff++;
        return;
      }
    }
  }

  ended(): Promise<unknown> {
    return Promise.all(this.#clients);
  }
}

const childrenOf = async (pid: number): Promise<number[]> =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').filter(Boolean).map(Number);

describe('srag serve that is ended while it is asked', () => {
  let project: CliProject;

  beforeAll(async () => {
    project = await handbookProject();
  });
  afterAll(() => project?.remove());

  /** Under load, with its environments' processes. */
  async function underLoad(): Promise<{ served: ServedProject; load: Load; children: number[] }> {
    const served = await serve(project, ['--storage-model', 'none']);
    const load = new Load(served.url, 8);
    await until(() => load.statuses.length > 60);
    const children = await childrenOf(served.pid);
    expect(children.length).toBeGreaterThan(2);
    return { served, load, children };
  }

  it.each([
    ['SIGTERM', 0],
    ['SIGINT', 0],
    ['SIGKILL', null],
  ] as const)(
    '%s: nobody waits for ever, no process stays, and the next one serves',
    async (signal, exitCode) => {
      const { served, load, children } = await underLoad();
      expect(await served.end(signal)).toBe(exitCode);
      await load.ended();
      // Answered, or refused while it ends; what was on its way when it was killed is broken off.
      expect(load.statuses.filter((status) => ![200, 429, 502, 503].includes(status))).toEqual([]);
      expect(load.brokenOff).toBe(8);
      await vi.waitFor(() => expect(children.filter((pid) => !hasEnded(pid))).toEqual([]), {
        timeout: 20_000,
      });
      const again = await serve(project, ['--storage-model', 'none']);
      expect(await again.answersWell()).toBe(true);
      expect(await again.end()).toBe(0);
    },
  );
});
