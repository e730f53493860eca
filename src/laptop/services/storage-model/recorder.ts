import type { IncomingMessage } from 'node:http';
import type { Fault } from './faults.ts';
import type { LoggedRequest } from './request-log.ts';

const nowMs = (): number => performance.timeOrigin + performance.now();

/** A request in progress. Only the first call of `end` is recorded and calls `onEnd`. */
export class OpenRequest {
  readonly fault: Fault | undefined;
  bytes = 0;
  status = 0;
  readonly #startMs = nowMs();
  readonly #method: string;
  readonly #url: string;
  readonly #range: string | undefined;
  #end: { readonly atMs: number; readonly isComplete: boolean } | undefined;

  readonly #onEnd: ((request: OpenRequest) => void) | undefined;

  constructor(incoming: IncomingMessage, fault: Fault | undefined, onEnd?: (request: OpenRequest) => void) {
    this.#onEnd = onEnd;
    this.#method = incoming.method ?? '';
    this.#url = incoming.url ?? '';
    this.#range = incoming.headers.range;
    this.fault = fault;
  }

  end(isComplete: boolean): void {
    if (this.#end !== undefined) return;
    this.#end = { atMs: nowMs(), isComplete };
    this.#onEnd?.(this);
  }

  toLog(): LoggedRequest {
    const [path = '', query] = this.#url.split('?', 2);
    return {
      startMs: this.#startMs,
      endMs: this.#end?.atMs ?? nowMs(),
      method: this.#method,
      key: decoded(path.slice(1)),
      query,
      range: this.#range,
      bytes: this.bytes,
      status: this.status,
      fault: this.fault,
      isComplete: this.#end?.isComplete ?? false,
    };
  }
}

/** All requests since the last reset, in order of arrival. */
export class RequestRecorder {
  #requests: OpenRequest[] = [];

  add(request: OpenRequest): void {
    this.#requests.push(request);
  }

  reset(): void {
    this.#requests = [];
  }

  toLog(): LoggedRequest[] {
    return this.#requests.map((opened) => opened.toLog());
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
