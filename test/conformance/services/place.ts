import { it } from 'vitest';

/**
 * Titles of tests that a server is known to fail, with its actual behaviour. An entry whose test passes is an
 * error.
 */
export type KnownDifferences = Readonly<Record<string, string>>;

/** `it`, except that tests with a known difference must fail. */
export const itBut =
  (differences: KnownDifferences) =>
  (title: string, work: () => Promise<void>): void => {
    const difference = differences[title];
    if (difference === undefined) it(title, work);
    else it.fails(`${title} (not here: ${difference})`, work);
  };

/** Connection settings of the services under test. */
export interface ServicePlace {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Name of the error with which a call fails, or 'it was done'. */
export const errorName = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'it was done',
    (error: { name: string }) => error.name,
  );

/** An empty bucket. */
export interface S3Place extends ServicePlace {
  readonly bucket: string;
}
