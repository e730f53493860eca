import type { Readable } from 'node:stream';

/** A deployed function. */
export interface FunctionDefinition {
  readonly name: string;
  /** Folder of the function's bundle. */
  readonly root: string;
  /** `file.export`. */
  readonly handler: string;
  /**
   * Memory in MB. It limits resident memory and determines the processor share (1,769 MB = one processor).
   */
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Maximum concurrent environments; further requests are throttled. */
  readonly concurrency: number;
  /** Program to run instead of the Node.js runtime; it must speak the Runtime API. */
  readonly bootstrap?: readonly string[];
}

/** The report that Lambda logs at the end of an invocation. */
export interface Report {
  readonly requestId: string;
  readonly durationMs: number;
  /** Billed time including INIT, rounded up to whole milliseconds. */
  readonly billedMs: number;
  /** Set for the first invocation of an environment. */
  readonly initMs?: number | undefined;
  readonly maxMemoryMb: number;
  readonly memoryMb: number;
  readonly status: 'success' | 'error' | 'timeout';
}

/** The result of an invocation. */
export type InvocationResult =
  | {
      readonly kind: 'response';
      readonly payload: Buffer;
      readonly report: Report;
    }
  | {
      /**
       * The handler failed, exceeded its time or memory, or its response was too large. `payload` is the
       * error as JSON.
       */
      readonly kind: 'function-error';
      readonly errorType: string;
      readonly payload: Buffer;
      readonly report: Report;
    }
  | {
      readonly kind: 'stream';
      readonly contentType: string;
      /** Ends when the handler ends; destroyed with an error if the handler fails after its first byte. */
      readonly body: Readable;
      readonly report: Promise<Report>;
    }
  | {
      /** No environment was idle, and no new one was allowed. */
      readonly kind: 'throttled';
      readonly reason: 'concurrency' | 'scaling';
    };

export interface InvokeOptions {
  readonly requestId?: string;
  readonly traceId?: string;
}

/** Invokes functions by name. */
export interface FunctionHost {
  invoke(name: string, payload: Buffer, options?: InvokeOptions): Promise<InvocationResult>;
}

/** Maximum size of a function's response, in bytes. */
export const MAX_RESPONSE_BYTES = 6_291_556;
