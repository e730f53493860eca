/** Measurements of an index build, stored next to its folder. */
export interface BuildFacts {
  readonly ingestMs: number;
  readonly indexMs: number;
  /** Peak resident memory of `srag index build`; NaN if the system does not provide it. */
  readonly indexPeakBytes: number;
}

export const buildFactsPath = (folder: string): string => `${folder}.build.json`;
