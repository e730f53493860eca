import type { Readable } from 'node:stream';

/** A function as it is deployed. */
export interface FunctionDefinition {
  readonly name: string;
  /** Folder of its bundle. */
  readonly root: string;
  /** `file.export`. */
  readonly handler: string;
  /** MB: the limit on resident memory, and the share of a processor (1,769 = one). */
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Most environments at once; a request beyond is throttled. */
  readonly concurrency: number;
  /** Program that runs in the environment instead of the Node.js runtime: one that speaks the Runtime API. */
  readonly bootstrap?: readonly string[];
}

/** What Lambda writes at the end of an invocation. */
export interface Report {
  readonly requestId: string;
  readonly durationMs: number;
  /** Rounded up to whole milliseconds, INIT included. */
  readonly billedMs: number;
  /** Set for the first invocation of an environment. */
  readonly initMs?: number | undefined;
  readonly maxMemoryMb: number;
  readonly memoryMb: number;
  readonly status: 'success' | 'error' | 'timeout';
}

/** The answer of an invocation. */
export type InvocationResult =
  | {
      readonly kind: 'response';
      readonly payload: Buffer;
      readonly report: Report;
    }
  | {
      /** The handler failed, ran out of time or memory, or answered too much. `payload` is the error as JSON. */
      readonly kind: 'function-error';
      readonly errorType: string;
      readonly payload: Buffer;
      readonly report: Report;
    }
  | {
      readonly kind: 'stream';
      readonly contentType: string;
      /** Ends with the handler; destroyed with an error when it failed midway. */
      readonly body: Readable;
      readonly report: Promise<Report>;
    }
  | {
      /** No environment was free, and no new one may start. */
      readonly kind: 'throttled';
      readonly reason: 'concurrency' | 'scaling';
    };

export interface InvokeOptions {
  readonly requestId?: string;
  readonly traceId?: string;
}

/** What invokes functions by their name. */
export interface FunctionHost {
  invoke(name: string, payload: Buffer, options?: InvokeOptions): Promise<InvocationResult>;
}

/** Largest answer of a function, in bytes. */
export const MAX_RESPONSE_BYTES = 6_291_556;
