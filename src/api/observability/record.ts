import type { SearchMode, StorageUse } from '../../core/index.ts';
import type { Cost } from '../cost/index.ts';

/** Everything about one request to one function. What is absent did not happen or is not known. */
export interface RequestRecord {
  /** As in the manifest, for example `retrieve`. */
  readonly function: string;
  readonly requestId: string;
  /** The X-Ray header, `Root=1-...;Parent=...;Sampled=1`. */
  readonly traceHeader?: string | undefined;
  /** For example `POST /retrieve`. */
  readonly route?: string | undefined;
  /** HTTP status, also where no gateway is between. */
  readonly status: number;
  readonly coldStart: boolean;
  readonly initMs?: number | undefined;
  /** The version that was searched, not the one that was asked for. */
  readonly index?: { readonly kind: string; readonly version: string } | undefined;
  readonly mode?: SearchMode | undefined;
  readonly stages: {
    readonly embedMs?: number | undefined;
    readonly openMs?: number | undefined;
    readonly searchMs?: number | undefined;
    readonly fetchMs?: number | undefined;
    readonly rerankMs?: number | undefined;
    readonly generateMs?: number | undefined;
    readonly firstTokenMs?: number | undefined;
  };
  readonly totalMs: number;
  readonly storage?: StorageUse | undefined;
  readonly tokens?:
    | {
        readonly embedding?: number | undefined;
        readonly input?: number | undefined;
        readonly output?: number | undefined;
      }
    | undefined;
  /** Whether the query cache answered; absent where it was not asked. */
  readonly cached?: boolean | undefined;
  readonly hits?: number | undefined;
  /** Of an ingest: documents that could not be read. */
  readonly failedDocuments?: number | undefined;
  readonly cost?: Cost | undefined;
  /** What was thrown. */
  readonly error?: unknown;
  /** What people wrote and read: it stands in the log only where that is switched on. */
  readonly text?:
    | { readonly question?: string | undefined; readonly answer?: string | undefined }
    | undefined;
}
