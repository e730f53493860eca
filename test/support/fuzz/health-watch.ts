import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { rawHttp } from '../raw-http.ts';

/** Measurements of a server while it receives requests. */
export interface HealthReport {
  readonly polls: number;
  /** Number of polls whose status was not 200. */
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Growth of the server's resident memory from the first poll to the peak, in MB. */
  readonly rssGrowthMb: number;
}

const EVERY_MS = 20;

/** Polls `/health` of a server and the memory of its process until it is stopped. */
export class HealthWatch {
  readonly #latencies: number[] = [];
  readonly #running: Promise<void>;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #firstMb: number;
  readonly #pid: number;
  #mostMb = 0;
  #failed = 0;
  #isStopped = false;

  constructor(url: string, pid: number) {
    this.#pid = pid;
    this.#firstMb = residentMb(pid);
    this.#running = this.#poll(url);
  }

  async stop(): Promise<HealthReport> {
    this.#isStopped = true;
    await this.#running;
    this.#agent.destroy();
    const sorted = this.#latencies.toSorted((left, right) => left - right);
    const at = (share: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    return {
      polls: sorted.length,
      failed: this.#failed,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      maxMs: at(1),
      rssGrowthMb: this.#mostMb - this.#firstMb,
    };
  }

  async #poll(url: string): Promise<void> {
    while (!this.#isStopped) {
      const startedMs = performance.now();
      const { status } = await rawHttp(url, 'GET', '/health', {}, '', this.#agent).catch(() => ({
        status: 0,
      }));
      this.#latencies.push(performance.now() - startedMs);
      if (status !== 200) this.#failed++;
      this.#mostMb = Math.max(this.#mostMb, residentMb(this.#pid));
      await sleep(EVERY_MS);
    }
  }
}

/** Resident memory of a process in MB, from /proc. */
const residentMb = (pid: number): number =>
  (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4_096) / 1e6;
