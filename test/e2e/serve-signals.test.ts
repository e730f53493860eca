import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { hasEnded } from '../../src/io/storage/index.ts';
import { type BedrockServer, bedrockSettings, startBedrockServer } from '../support/bedrock-server.ts';
import type { CliProject } from '../support/cli.ts';
import { handbookProject } from '../support/handbook.ts';
import { until } from '../support/http-server.ts';
import { rawHttp } from '../support/raw-http.ts';
import { type ServedProject, serve } from '../support/served.ts';

const QUESTION = 'How many days of annual leave are there?';
const JSON_BODY = { 'content-type': 'application/json' };
const ROUTES = ['/query', '/retrieve', '/query/stream'];

/**
 * Sends requests from `clients` in parallel until the server is gone; returns complete and broken responses.
 */
class Load {
  readonly statuses: number[] = [];
  /** Responses that started but were not completed. */
  readonly cut: string[] = [];
  /** Requests without any response. */
  unanswered = 0;
  readonly #clients: Promise<void>[];

  constructor(url: string, clients: number) {
    this.#clients = Array.from({ length: clients }, (_, client) => this.#ask(url, client));
  }

  async #ask(url: string, client: number): Promise<void> {
    for (let number = 0; ; number++) {
      const route = ROUTES[(client + number) % ROUTES.length]!;
      const response = await fetch(url + route, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ question: `${QUESTION} ${client} ${number}` }),
      }).catch(() => undefined);
      if (response === undefined) {
        this.unanswered++;
        return;
      }
      const text = await response.text().catch((error: unknown) => `cut: ${String(error)}`);
      const isWhole = response.ok && route === '/query/stream' ? /\nevent: done\n/.test(text) : isJson(text);
      if (isWhole) this.statuses.push(response.status);
      else this.cut.push(`${route} ${response.status} ${text.slice(-200)}`);
      if (text.startsWith('cut: ')) return;
    }
  }

  ended(): Promise<unknown> {
    return Promise.all(this.#clients);
  }
}

function isJson(text: string): boolean {
  try {
    return JSON.parse(text) !== null;
  } catch {
    return false;
  }
}

/** Statuses in the access log, which has a line for each request that the server accepted. */
const accessLog = (said: string): number[] =>
  [...said.matchAll(/^(?:GET|POST) \/\S* (\d{3}) /gm)].map(([, status]) => Number(status));

const childrenOf = async (pid: number): Promise<number[]> =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').filter(Boolean).map(Number);

/** Waits until the server refuses new connections; before that, it may reset them. */
async function expectRefusal(url: string): Promise<void> {
  for (;;) {
    const told = await rawHttp(url, 'GET', '/health').then(
      ({ status }) => `answered with ${status}`,
      (error: unknown) => String(error),
    );
    if (told.includes('connect ECONNREFUSED')) return;
    expect(told).toContain('ECONNRESET');
  }
}

describe('srag serve ended under load', () => {
  let project: CliProject;

  beforeAll(async () => {
    project = await handbookProject();
  });
  afterAll(() => project?.remove());

  /** Starts a server under load; also returns the process ids of its environments. */
  async function underLoad(): Promise<{ served: ServedProject; load: Load; children: number[] }> {
    const served = await serve(project, ['--storage-model', 'none']);
    const load = new Load(served.url, 8);
    await until(() => load.statuses.length > 60);
    const children = await childrenOf(served.pid);
    expect(children.length).toBeGreaterThan(2);
    return { served, load, children };
  }

  const haveEnded = (children: readonly number[]): Promise<void> =>
    vi.waitFor(() => expect(children.filter((pid) => !hasEnded(pid))).toEqual([]), { timeout: 20_000 });

  /** Checks that the location can be served again. `started` runs while it is served. */
  async function canBeServedAgain(started: () => Promise<void> = async () => {}): Promise<void> {
    const again = await serve(project, ['--storage-model', 'none']);
    await started();
    expect(await again.answersWell()).toBe(true);
    expect(await again.end()).toBe(0);
  }

  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s lets accepted requests complete and leaves no process, and the next server works',
    async (signal) => {
      const { served, load, children } = await underLoad();
      expect(await served.end(signal)).toBe(0);
      await load.ended();
      expect(load.cut).toEqual([]);
      expect(load.statuses.filter((status) => status !== 200)).toEqual([]);
      // Every request that reached the server is logged with the status that its client read.
      expect(accessLog(served.said()).sort()).toEqual(load.statuses.sort());
      expect(load.unanswered).toBe(8);
      await haveEnded(children);
      await canBeServedAgain();
    },
  );

  it('SIGKILL leaves no client waiting, and the next server works and ends the remaining processes', async () => {
    const { served, load, children } = await underLoad();
    expect(await served.end('SIGKILL')).toBe(null);
    await load.ended();
    // Requests were answered or refused during the shutdown, except those in flight at the kill.
    expect(load.statuses.filter((status) => ![200, 429, 502, 503].includes(status))).toEqual([]);
    expect(load.cut.length + load.unanswered, load.cut.join('\n')).toBe(8);
    // Environments that were paused to enforce their processor share at the kill cannot end on their own.
    await canBeServedAgain(() => haveEnded(children));
  });

  it("environments have their own process group, so a terminal's Ctrl-C does not reach them", async () => {
    const { served, load, children } = await underLoad();
    const groupOf = async (pid: number): Promise<number> =>
      Number((await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ')[2]);
    for (const pid of children) expect(await groupOf(pid)).not.toBe(await groupOf(served.pid));
    await served.end();
    await load.ended();
  });

  describe('with a slow model', () => {
    let model: BedrockServer;
    let words: readonly string[];
    let goOn: () => void;

    beforeEach(async () => {
      model = await startBedrockServer();
      onTestFinished(() => model.stop());
      const gate = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      const pace = (token: number) => (token === 1 ? gate : Promise.resolve());
      const usage = { inputTokens: 120, outputTokens: 2 };
      model.answer = { tokens: ['Twenty-', 'five days [1].'], stopReason: 'end_turn', usage, pace };
      const settings = JSON.stringify({ ...bedrockSettings(model), model: 'us.test.model-v1:0' });
      words = ['--storage-model', 'none', '--generator', 'bedrock', '--generator-settings', settings];
    });

    /** Starts a server with an answer and a stream that wait for the model's second token. */
    async function inFlight(more: readonly string[]) {
      const served = await serve(project, [...words, ...more]);
      const ask = (path: string) =>
        rawHttp(served.url, 'POST', path, JSON_BODY, JSON.stringify({ question: QUESTION }));
      const answers = [ask('/query'), ask('/query/stream')] as const;
      // Prevents unhandled rejections, because the answers are awaited later.
      for (const answer of answers) answer.catch(() => {});
      await until(() => model.inFlight() === 2);
      return { served, answers, children: await childrenOf(served.pid) };
    }

    it.each([['functions'], ['one process', '--in-process']])(
      '%s: completes running answers and streams, closes idle connections immediately and refuses new ones',
      async (_name, ...more) => {
        const { served, answers } = await inFlight(more);
        const agent = new Agent({ keepAlive: true });
        onTestFinished(() => agent.destroy());
        await rawHttp(served.url, 'GET', '/health', {}, '', agent);
        const [idle] = Object.values(agent.freeSockets)[0]!;
        const closed = once(idle!, 'close');
        const ended = served.end('SIGTERM');
        await closed;
        await expectRefusal(served.url);
        goOn();
        const [answer, stream] = await Promise.all(answers);
        expect(answer).toMatchObject({ status: 200, headers: { connection: 'close' } });
        expect(JSON.parse(answer.body)).toMatchObject({ answer: 'Twenty-five days [1].' });
        expect(stream.body).toContain('\nevent: done\n');
        expect(await ended).toBe(0);
      },
    );

    it('a second signal ends it immediately', async () => {
      const { served, answers, children } = await inFlight([]);
      const ended = served.end('SIGINT');
      await until(() => served.said().includes('Shutting down'));
      const startedMs = performance.now();
      await served.end('SIGINT');
      expect(await ended).toBe(130);
      expect(performance.now() - startedMs).toBeLessThan(5_000);
      for (const answer of answers) await expect(answer).rejects.toThrow();
      expect(children.filter((pid) => !hasEnded(pid))).toEqual([]);
      goOn();
    });
  });
});
