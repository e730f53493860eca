import { request as forward } from 'node:http';
import type { Hit, SearchQuery } from '../../src/core/index.ts';
import type { Searcher } from '../../src/indexes/index.ts';
import { type LocalServer, startHttpServer } from '../support/http-server.ts';
import { seeded } from '../support/seeded.ts';

/** A status, no connection, no answer, or half an answer. */
export type Fault = '429' | '503' | 'reset' | 'silence' | 'cut off';

/** Questions asked at the same time. */
const AT_ONCE = 4;

export interface FaultyServer extends LocalServer {
  /** Number of faults by kind. */
  readonly faults: ReadonlyMap<Fault, number>;
}

/** Forwards requests to a server, but fails a share of them, with each fault in turn. */
export async function startFaultyServer(
  target: string,
  share: number,
  kinds: readonly Fault[],
  body = '{}',
): Promise<FaultyServer> {
  const random = seeded(20261130);
  const faults = new Map<Fault, number>();
  let failed = 0;
  const { hostname, port } = new URL(target);
  const server = await startHttpServer(({ method, rawPath, headers, bytes }, response) => {
    const fault = random() < share ? kinds[failed++ % kinds.length]! : undefined;
    if (fault !== undefined) faults.set(fault, (faults.get(fault) ?? 0) + 1);
    if (fault === 'silence') return;
    if (fault === 'reset') return void response.destroy();
    if (fault === 'cut off') return void response.writeHead(200, { 'content-length': '900' }).end('{"vec');
    if (fault !== undefined) return void response.writeHead(Number(fault)).end(body);
    const passed = forward({ hostname, port, method, path: rawPath, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    passed.end(bytes);
  });
  return Object.assign(server, { faults });
}

/** Asks the same questions of both searchers; returns those that `faulty` answered differently, or not at all. */
export async function wrongAnswers(
  faulty: Searcher,
  direct: Searcher,
  questions: readonly SearchQuery[],
  isSame: (left: readonly Hit[], right: readonly Hit[]) => boolean,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const rest = questions.entries();
  const worker = async (): Promise<void> => {
    for (const [number, question] of rest) {
      const answer = await faulty.search(question).then(({ hits }) => hits, String);
      if (typeof answer === 'string' || !isSame(answer, (await direct.search(question)).hits))
        wrong.push(`${number}: ${JSON.stringify(answer)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return wrong;
}
