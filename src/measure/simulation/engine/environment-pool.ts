import type { Random } from '../../../core/index.ts';
import { EventHeap } from './event-heap.ts';
import { grown } from './grown.ts';
import { TokenBucket } from './token-bucket.ts';

/** How environments of one function are created and reclaimed. */
export interface PoolOptions {
  /** Maximum number of busy environments. */
  readonly concurrency: number;
  /** Environments that are ready from the start and never reclaimed. */
  readonly provisioned: number;
  /** New environments: how many may start at once, and how many more may start per second. */
  readonly scaling: { readonly burst: number; readonly perSecond: number };
  /** Maximum invocations per second, divided by `concurrency`; Infinity means that there is no limit. */
  readonly requestsPerSecondPerEnvironment: number;
  /** Idle time after which an environment is reclaimed; drawn uniformly whenever one becomes idle. */
  readonly idleMs: Range;
  /** Age at which an idle environment is reclaimed; drawn uniformly for each. */
  readonly lifetimeMs: Range;
}

export type Range = readonly [low: number, high: number];

/** Reasons why a request is throttled; negative, to distinguish them from numbers of environments. */
export const THROTTLED_BY_CONCURRENCY = -1;
export const THROTTLED_BY_SCALING = -2;
export const THROTTLED_BY_REQUEST_RATE = -3;

const NONE = -1;
const DEAD = 0;
const IDLE = 1;
const BUSY = 2;

/**
 * The execution environments of one function. Each handles one request at a time; the most recently used idle
 * one is chosen first, and new ones are created within the limits. Provisioned and other idle environments
 * form two lists, linked through typed arrays.
 */
export class EnvironmentPool {
  /** Whether the last acquired environment is new. */
  isCold = false;
  /** Number of earlier invocations of the last acquired environment. */
  age = 0;
  /** Number of existing and of busy environments. */
  size: number;
  busy = 0;
  /** Number of environments that requests have started. */
  started = 0;
  #peak: number;
  readonly #options: PoolOptions;
  readonly #random: Random;
  readonly #scaling: TokenBucket;
  readonly #requests: TokenBucket;
  readonly #expiries = new EventHeap();
  readonly #free: number[] = [];
  #count = 0;
  /** The most recently used idle environment of each of the two lists. */
  #newestProvisioned = NONE;
  #newest = NONE;
  #state = new Uint8Array(64);
  /** Neighbours in the idle list: the environment used before this one, and the environment used after it. */
  #older = new Int32Array(64);
  #newer = new Int32Array(64);
  #usedMs = new Float64Array(64);
  #idleMs = new Float64Array(64);
  #endsMs = new Float64Array(64);
  #ages = new Int32Array(64);

  constructor(options: PoolOptions, random: Random) {
    this.#options = options;
    this.#random = random;
    this.#scaling = new TokenBucket(options.scaling.perSecond, options.scaling.burst);
    const perSecond = options.requestsPerSecondPerEnvironment * options.concurrency;
    this.#requests = new TokenBucket(perSecond, perSecond);
    this.size = options.provisioned;
    this.#peak = this.size;
    for (let id = 0; id < options.provisioned; id++) this.#link(this.#newId(), 0);
  }

  /** Maximum number of environments at the same time. */
  get peak(): number {
    return this.#peak;
  }

  /** Earliest time at which an idle environment may have to end. */
  get nextExpiryMs(): number {
    return this.#expiries.nextMs;
  }

  isProvisioned(id: number): boolean {
    return id < this.#options.provisioned;
  }

  /** Acquires an environment for a request; returns its number, or a negative reason if it is throttled. */
  acquire(nowMs: number): number {
    if (!this.#requests.take(nowMs)) return THROTTLED_BY_REQUEST_RATE;
    if (this.busy >= this.#options.concurrency) return THROTTLED_BY_CONCURRENCY;
    let id = this.#newestProvisioned === NONE ? this.#newest : this.#newestProvisioned;
    this.isCold = id === NONE;
    if (id !== NONE) {
      this.#unlink(id);
      this.#ages[id]! += 1;
    } else {
      if (!this.#scaling.take(nowMs)) return THROTTLED_BY_SCALING;
      id = this.#start(nowMs);
    }
    this.age = this.#ages[id]!;
    this.#state[id] = BUSY;
    this.busy += 1;
    return id;
  }

  /** Makes an environment idle after its request, or ends it if it is too old. */
  release(id: number, nowMs: number): void {
    this.busy -= 1;
    if (this.#endsMs[id]! <= nowMs) this.#end(id);
    else this.#link(id, nowMs);
  }

  /** Ends an environment whose request timed out; a provisioned one is replaced. */
  destroy(id: number, nowMs: number): void {
    this.busy -= 1;
    if (this.isProvisioned(id)) this.#link(id, nowMs);
    else this.#end(id);
  }

  /** Checks the environment due at `nextExpiryMs`, and ends it if it has been idle for too long. */
  expire(nowMs: number): void {
    const id = this.#expiries.pop();
    if (this.#state[id] === DEAD) this.#free.push(id);
    else if (this.#state[id] === BUSY) this.#expiries.push(nowMs + this.#options.idleMs[0], id);
    else {
      const dueMs = this.#dueMs(id);
      // Checks again after at most the shortest idle time, because the next use may draw that time.
      if (dueMs > nowMs) this.#expiries.push(Math.min(dueMs, nowMs + this.#options.idleMs[0]), id);
      else {
        this.#unlink(id);
        this.#end(id);
        this.#free.push(id);
      }
    }
  }

  /**
   * Advances time by `byMs`. The `inUse` most recently used environments stay in use and the others stay
   * idle. All of them age, and those that are too old end.
   */
  growOlder(byMs: number, inUse: number, nowMs: number): void {
    let place = this.busy;
    for (let id = this.#newest; id !== NONE; id = this.#older[id]!)
      if (++place > inUse) this.#usedMs[id]! -= byMs;
    for (let id = this.#options.provisioned; id < this.#count; id++) this.#endsMs[id]! -= byMs;
    // All expiries become due now, so that each environment is checked.
    this.#expiries.collapse(nowMs);
  }

  #dueMs(id: number): number {
    return Math.min(this.#usedMs[id]! + this.#idleMs[id]!, this.#endsMs[id]!);
  }

  #start(nowMs: number): number {
    const id = this.#free.pop() ?? this.#newId();
    const { idleMs, lifetimeMs } = this.#options;
    this.#endsMs[id] = nowMs + this.#drawn(lifetimeMs);
    this.#ages[id] = 0;
    this.#expiries.push(nowMs + idleMs[0], id);
    this.started += 1;
    this.size += 1;
    if (this.size > this.#peak) this.#peak = this.size;
    return id;
  }

  #drawn([low, high]: Range): number {
    return low === high ? low : low + (high - low) * this.#random();
  }

  /** Ends an environment. Its number, which has an entry in `#expiries`, is reused when that entry is due. */
  #end(id: number): void {
    this.#state[id] = DEAD;
    this.size -= 1;
  }

  #link(id: number, nowMs: number): void {
    this.#state[id] = IDLE;
    this.#usedMs[id] = nowMs;
    this.#idleMs[id] = this.#drawn(this.#options.idleMs);
    const newest = this.isProvisioned(id) ? this.#newestProvisioned : this.#newest;
    this.#older[id] = newest;
    this.#newer[id] = NONE;
    if (newest !== NONE) this.#newer[newest] = id;
    if (this.isProvisioned(id)) this.#newestProvisioned = id;
    else this.#newest = id;
  }

  #unlink(id: number): void {
    const older = this.#older[id]!;
    const newer = this.#newer[id]!;
    if (older !== NONE) this.#newer[older] = newer;
    if (newer !== NONE) this.#older[newer] = older;
    else if (this.isProvisioned(id)) this.#newestProvisioned = older;
    else this.#newest = older;
  }

  #newId(): number {
    const id = this.#count++;
    if (id === this.#state.length) {
      this.#state = grown(this.#state, 2 * id);
      this.#older = grown(this.#older, 2 * id);
      this.#newer = grown(this.#newer, 2 * id);
      this.#usedMs = grown(this.#usedMs, 2 * id);
      this.#idleMs = grown(this.#idleMs, 2 * id);
      this.#endsMs = grown(this.#endsMs, 2 * id);
      this.#ages = grown(this.#ages, 2 * id);
    }
    if (id < this.#options.provisioned) this.#endsMs[id] = Number.POSITIVE_INFINITY;
    return id;
  }
}
