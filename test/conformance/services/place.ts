/** How to reach the services under test. */
export interface ServicePlace {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Name of the error that a call fails with. */
export const errorName = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'it was done',
    (error: { name: string }) => error.name,
  );
