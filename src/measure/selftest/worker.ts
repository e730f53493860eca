import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { type CoverageCount, countCoverage } from './coverage.ts';
import type { Behaviour } from './served-cases.ts';
import { type ServerRecord, startKnownServer } from './server.ts';

/** URL of this module, which is the threads' program, both in the source tree and in a bundle. */
export const SELFTEST_WORKER_URL = new URL(import.meta.url);
/** Distinguishes the selftest's threads from others that load this module. */
export const SELFTEST_ROLE = 'srag:selftest';

/** Requests to the threads, one message at a time. */
export type SelftestRequest =
  | { readonly do: 'serve' }
  | { readonly do: 'begin'; readonly cases: readonly Behaviour[]; readonly requests: readonly number[] }
  | { readonly do: 'end' }
  | {
      readonly do: 'cover';
      readonly process: number;
      readonly statistic: CoverageCount['statistic'];
      readonly first: number;
      readonly runs: number;
    };
/** Replies of the threads: a URL, nothing, records, or a count. */
export type SelftestReply = string | null | readonly ServerRecord[] | CoverageCount;

if (!isMainThread && workerData === SELFTEST_ROLE) {
  const port = parentPort!;
  let server: Awaited<ReturnType<typeof startKnownServer>> | undefined;
  const answer = async (request: SelftestRequest): Promise<SelftestReply> => {
    if (request.do === 'cover')
      return countCoverage(request.process, request.statistic, request.first, request.runs);
    server ??= await startKnownServer();
    if (request.do === 'serve') return server.url;
    if (request.do === 'end') return server.end();
    server.begin(request.cases, request.requests);
    return null;
  };
  port.on(
    'message',
    (request: SelftestRequest) => void answer(request).then((reply) => port.postMessage(reply)),
  );
}
