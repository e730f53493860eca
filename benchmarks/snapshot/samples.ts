/** S3 reads of a query, from the proxy's log; absent in runs without S3. */
export interface Traffic {
  readonly reads: number;
  readonly waves: number;
  readonly bytes: number;
}

interface Base {
  readonly kind: string;
  readonly round: number;
  readonly place: 's3' | 'disk';
}

/** One measurement. The whole report is computed from these. */
export type Sample = Base &
  (
    | {
        readonly scenario: 'cold';
        readonly query: number;
        /** From process start to the answer, and the part of it from opening the index to the answer. */
        readonly firstAnswerMs: number;
        readonly openAndSearchMs: number;
        readonly characters: number;
        readonly traffic?: Traffic;
      }
    /** Recall of the first query after each of many openings. */
    | { readonly scenario: 'first-recall'; readonly recalls: readonly number[] }
    | {
        readonly scenario: 'session';
        readonly phase: 'later' | 'hydrated';
        readonly latenciesMs: readonly number[];
        readonly traffic: readonly Traffic[];
        readonly recalls: readonly number[];
        /** The hydration that preceded this phase. */
        readonly hydration?: Traffic & { readonly ms: number };
      }
    | {
        readonly scenario: 'warm';
        readonly latenciesMs: readonly number[];
        readonly recalls: readonly number[];
        /** After the queries. */
        readonly rssBytes?: number;
        readonly trace?: unknown;
      }
    | {
        readonly scenario: 'memory';
        readonly queries: number;
        readonly rssBytes: number;
        readonly peakBytes: number;
      }
  );

/** Samples of one scenario. */
export type SampleOf<Name extends Sample['scenario']> = Extract<Sample, { readonly scenario: Name }>;

export const samplesOf = <Name extends Sample['scenario']>(
  samples: readonly Sample[],
  scenario: Name,
): readonly SampleOf<Name>[] =>
  samples.filter((sample): sample is SampleOf<Name> => sample.scenario === scenario);
