import type { SearchMode, StorageUse } from '../../core/index.ts';
import type { Cost } from '../cost/index.ts';

/** One request to one function. A field is absent if it does not apply or its value is unknown. */
export interface RequestRecord {
  /** Name of the function in the manifest, for example `retrieve`. */
  readonly function: string;
  readonly requestId: string;
  /** The X-Ray header, `Root=1-...;Parent=...;Sampled=1`. */
  readonly traceHeader?: string | undefined;
  /** For example `POST /retrieve`. */
  readonly route?: string | undefined;
  /** HTTP status; also set if the request did not pass through a gateway. */
  readonly status: number;
  readonly coldStart: boolean;
  readonly initMs?: number | undefined;
  /** The version that was searched, not the requested one. */
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
  /** Whether the query cache answered; absent if it was not queried. */
  readonly cached?: boolean | undefined;
  readonly hits?: number | undefined;
  /** Ingests only: number of documents that could not be read. */
  readonly failedDocuments?: number | undefined;
  readonly cost?: Cost | undefined;
  /** The error that ended the request. */
  readonly error?: unknown;
  /** Question and answer: logged only if text logging is enabled. */
  readonly text?:
    | { readonly question?: string | undefined; readonly answer?: string | undefined }
    | undefined;
}
