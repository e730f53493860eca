/** Where a candidate's index lies. */
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

/** A cache of objects on the local disk, where a candidate has one. */
export interface CacheSetting {
  readonly folder: string;
  readonly folderBytes: number;
}

/** What a candidate process is asked to do. */
export interface CandidateJob {
  /**
   * `cold` one query; `opens` one query after each of many openings; `session` queries of one opening, again after
   * hydration where there is one; `warm` queries timed after a warm-up; `memory` queries, then what the process holds.
   */
  readonly task: 'cold' | 'opens' | 'session' | 'warm' | 'memory';
  readonly kind: string;
  readonly place: Place;
  readonly parameters: Readonly<Record<string, number>>;
  readonly mode: Mode;
  readonly topK: number;
  /** Raw float32 vectors, one after the other, and a JSON array of texts. */
  readonly queryVectors: string;
  readonly queryTexts: string;
  readonly dimensions: number;
  /** Queries `from` to `to` (excluded). */
  readonly from: number;
  readonly to: number;
  readonly cache?: CacheSetting;
}

/** One answered query. Times in milliseconds since 1970, with fractions. */
export interface AnsweredQuery {
  readonly startMs: number;
  readonly endMs: number;
  readonly ids: readonly string[];
  /** Characters of the texts that came with the hits. */
  readonly characters: number;
}

/** What it says, as one line of JSON, at its end. */
export interface CandidateOutcome {
  /** When the process began, by its own account: what starting it took before is not its doing. */
  readonly startedMs: number;
  readonly queries: readonly AnsweredQuery[];
  /** After hydration; absent where a candidate has none. */
  readonly hydrated?: readonly AnsweredQuery[];
  readonly hydration?: { readonly startMs: number; readonly endMs: number };
  readonly rssBytes: number;
  readonly peakBytes: number;
  /** The candidate's own account of its last query. */
  readonly trace?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}
