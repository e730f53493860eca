import { isInstalled, startVersitygw } from './versitygw.ts';

/**
 * Starts the S3 server for the project `servers`, unless SRAG_TEST_S3_ENDPOINT is set. If the server is not
 * installed, tests that need it fail with installation instructions, and the others run.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.SRAG_TEST_S3_ENDPOINT !== undefined || !isInstalled()) return undefined;
  const server = await startVersitygw();
  process.env.SRAG_TEST_S3_ENDPOINT = server.endpoint;
  return () => server.stop();
}
