import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ApiContract } from '../openapi.ts';
import { answerErrors, type FuzzReport } from './fuzz-api.ts';

/** The part of a HAR file (HTTP Archive 1.2) that is read here. */
interface Archive {
  readonly log: {
    readonly entries: readonly {
      readonly request: {
        readonly method: string;
        readonly url: string;
        readonly postData?: { readonly text?: string };
      };
      readonly response: {
        readonly status: number;
        readonly headers: readonly { readonly name: string; readonly value: string }[];
        readonly content: { readonly text?: string };
      };
    }[];
  };
}

/** Longest run of one seed. */
const ROUND_SECONDS = 60;

/** Where `npm run servers:install` puts the fuzzer. @throws where it is not installed */
function program(): string {
  const path = resolve(process.env.SERVERS ?? 'servers-run', 'schemathesis', 'bin', 'st');
  if (existsSync(path)) return path;
  throw new Error(`No Schemathesis at ${path}: run npm run servers:install (needs python3), or set SERVERS.`);
}

/**
 * Sends at least so many requests that Schemathesis makes from the server's own OpenAPI document, valid and hostile
 * ones, and judges every answer as {@link answerErrors} does.
 */
export async function fuzzBySchemathesis(
  url: string,
  { requests, seed }: { readonly requests: number; readonly seed: number },
): Promise<FuzzReport> {
  const contract = new ApiContract();
  const statuses: Record<string, number> = {};
  const failures: string[] = [];
  let sent = 0;
  for (let round = 0; sent < requests; round++) {
    const { log } = await roundOf(url, seed + round);
    if (log.entries.length === 0) throw new Error('Schemathesis has sent nothing.');
    for (const { request, response } of log.entries) {
      sent++;
      statuses[response.status] = (statuses[response.status] ?? 0) + 1;
      const { pathname } = new URL(request.url);
      const headers = Object.fromEntries(
        response.headers.map(({ name, value }) => [name.toLowerCase(), value]),
      );
      const answer = { status: response.status, headers, body: response.content.text ?? '' };
      const errors = answerErrors(contract, { method: request.method, path: pathname }, answer);
      if (errors.length > 0)
        failures.push(
          `${errors.join('; ').slice(0, 400)} <- ${request.method} ${request.url.slice(0, 300)} ${request.postData?.text?.slice(0, 300)}`,
        );
    }
  }
  return { sent, statuses, failures: failures.slice(0, 20) };
}

async function roundOf(url: string, seed: number): Promise<Archive> {
  const folder = await mkdtemp(join(tmpdir(), 'srag-schemathesis-'));
  const archive = join(folder, 'requests.har');
  try {
    const options = [
      ...['--seed', String(seed), '--workers', '2', '--max-time', String(ROUND_SECONDS)],
      ...['--phases', 'coverage,fuzzing', '--mode', 'all', '--checks', 'not_a_server_error'],
      ...['--continue-on-failure', '--no-shrink', '--suppress-health-check', 'all'],
      ...[
        '--generation-database',
        'none',
        '--output-sanitize',
        'false',
        '--report',
        'har',
        '--report-har-path',
        archive,
      ],
    ];
    const child = spawn(program(), ['run', `${url}/openapi.json`, ...options], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const output of [child.stdout, child.stderr])
      output.setEncoding('utf8').on('data', (text) => (said += text));
    await once(child, 'close');
    if (!existsSync(archive)) throw new Error(`Schemathesis has failed:\n${said.slice(-2_000)}`);
    return JSON.parse(await readFile(archive, 'utf8')) as Archive;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
