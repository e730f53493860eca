import { SragError } from '../../core/index.ts';
import type { CommonOptions } from '../context.ts';

/** Options of `srag serve`, as commander returns them. */
export interface ServeOptions extends CommonOptions {
  readonly port: number;
  readonly host: string;
  readonly allowCollection?: readonly string[];
  readonly inProcess?: boolean;
  /** Default: depends on the kind of the index to search. */
  readonly engine?: 'snapshot' | 'lancedb';
  readonly memory?: number;
  readonly concurrency: number;
  readonly rate: number;
  readonly burst: number;
  readonly storageModel: string;
  readonly freeze?: string;
  readonly idle: number;
  readonly apiKeyFile?: string;
  readonly allowHost?: readonly string[];
  readonly corsOrigin?: readonly string[];
  readonly insecure?: boolean;
  readonly queryCache: boolean;
  readonly accessLog: boolean;
  readonly logs?: boolean;
  readonly explain?: boolean;
}

/** A running server. */
export interface Serving {
  readonly url: string;
  /** Notes for the user, one per line. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** A server's address in readable form. */
export const urlOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

export const cannotListen = (
  error: NodeJS.ErrnoException,
  { host, port }: Pick<ServeOptions, 'host' | 'port'>,
): SragError =>
  new SragError('INVALID_ARGUMENT', `Cannot listen on ${host}:${port}: ${error.code ?? error.message}.`, {
    remedy:
      error.code === 'EADDRINUSE'
        ? 'Another program is listening there: choose another --port.'
        : 'Choose another --host or --port.',
    fields: { field: 'port', value: port },
    cause: error,
  });
