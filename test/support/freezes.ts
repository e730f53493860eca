import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

const isSoak = process.env.SRAG_SOAK === '1';
const REQUESTS = isSoak ? 10_000 : 200;
/** Number of requests from one pause to the next. */
const EVERY = 5;
/** Duration of a pause: longer than the time for which clients reuse idle connections unchecked. */
const PAUSE_MS = 60;
/** Longest allowed duration of a request, including on dead connections. */
const MOST_MS = 2_000;
const MOST_FAILURES = 0.000_1;
export const FREEZES_TIMEOUT_MS = isSoak ? 3_600_000 : 120_000;

/** Results of the requests of each client. */
export class Figures {
  readonly #clients = new Map<string, { requests: number; mostMs: number; readonly failures: string[] }>();

  /** Sends and measures one request of a client; records errors instead of throwing them. */
  async measure(client: string, ask: () => Promise<unknown>): Promise<void> {
    const figures = this.#clients.get(client) ?? { requests: 0, mostMs: 0, failures: [] };
    this.#clients.set(client, figures);
    const startedMs = performance.now();
    try {
      await ask();
    } catch (error) {
      figures.failures.push(String(error).slice(0, 300));
    }
    // The first request starts environments and loads clients, so it is not measured.
    if (figures.requests++ > 0) figures.mostMs = Math.max(figures.mostMs, performance.now() - startedMs);
  }

  /** Checks the limits for every client; a soak run also prints the figures. */
  check(title: string): void {
    const rows = [...this.#clients].map(([client, { requests, mostMs, failures }]) => ({
      client,
      requests,
      'success %': (100 * (requests - failures.length)) / requests,
      'longest ms': Math.round(mostMs),
    }));
    if (isSoak) {
      console.log(title);
      console.table(rows);
    }
    for (const [client, { requests, mostMs, failures }] of this.#clients) {
      expect.soft(failures.slice(Math.floor(MOST_FAILURES * requests)), client).toEqual([]);
      expect.soft(mostMs, client).toBeLessThan(MOST_MS);
    }
  }
}

/** Sends requests one at a time; one in five follows a pause, during which connections end. */
export async function askWithPauses(
  ask: (number: number) => Promise<unknown>,
  endConnections: () => void,
): Promise<void> {
  for (let number = 0; number < REQUESTS; number++) {
    if (number % EVERY === EVERY - 1) {
      endConnections();
      await sleep(PAUSE_MS);
    }
    await ask(number);
  }
}
