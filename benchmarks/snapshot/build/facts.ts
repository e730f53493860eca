/** What building an index took, beside its folder. */
export interface BuildFacts {
  readonly ingestMs: number;
  readonly indexMs: number;
  /** Largest resident memory of `srag index build`; NaN where the system does not tell. */
  readonly indexPeakBytes: number;
}

export const buildFactsPath = (folder: string): string => `${folder}.build.json`;
