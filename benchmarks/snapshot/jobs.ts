/** Location of a candidate's index. */
export type Place =
  | { readonly kind: 'disk'; readonly folder: string }
  | {
      readonly kind: 's3';
      readonly endpoint: string;
      readonly region: string;
      readonly bucket: string;
      readonly prefix: string;
      readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    };

export type Mode = 'vector' | 'lexical' | 'hybrid';

/** A cache of objects on the local disk, for candidates that have one. */
export interface CacheSetting {
  readonly folder: string;
  readonly folderBytes: number;
}

/** A job of a candidate process. */
export interface CandidateJob {
  /**
   * `cold`: one query. `opens`: opens the index anew for each query. `session`: opens it once for all queries
   * and repeats them after hydration, if supported. `warm`: times queries after a warm-up. `memory`: reads
   * the memory of the process after the queries.
   */
  readonly task: 'cold' | 'opens' | 'session' | 'warm' | 'memory';
  readonly kind: string;
  readonly place: Place;
  readonly parameters: Readonly<Record<string, number>>;
  readonly mode: Mode;
  readonly topK: number;
  /** Paths of two files: concatenated float32 vectors, and a JSON array of texts. */
  readonly queryVectors: string;
  readonly queryTexts: string;
  readonly dimensions: number;
  /** The job runs the queries from number `from` (inclusive) to number `to` (exclusive). */
  readonly from: number;
  readonly to: number;
  readonly cache?: CacheSetting;
}

/** One answered query. Times are in milliseconds since 1970, with fractions. */
export interface AnsweredQuery {
  readonly startMs: number;
  readonly endMs: number;
  readonly ids: readonly string[];
  /** Number of characters in the texts of the hits. */
  readonly characters: number;
}

/** Result of the process: one line of JSON, printed at its end. */
export interface CandidateOutcome {
  /** Start of the process by its own clock, which excludes the time to spawn it. */
  readonly startedMs: number;
  readonly queries: readonly AnsweredQuery[];
  /** Queries after hydration; absent if the candidate does not support hydration. */
  readonly hydrated?: readonly AnsweredQuery[];
  readonly hydration?: { readonly startMs: number; readonly endMs: number };
  readonly rssBytes: number;
  readonly peakBytes: number;
  /** Trace of the last query, as reported by the candidate. */
  readonly trace?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}
