import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliProject, type StartedCli, temporaryProject } from '../support/cli.ts';
import { handbookProject } from '../support/handbook.ts';
import { type LocalServer, startHttpServer } from '../support/http-server.ts';
import { checkSignature, TEST_CREDENTIALS } from '../support/signature.ts';

let project: CliProject;
let serving: StartedCli;
let url: string;
const QUESTION = 'How many days of paid leave are there?';

/** The address that `srag serve` prints. */
async function addressOf({ child }: StartedCli): Promise<string> {
  for await (const line of createInterface({ input: child.stderr! })) {
    const found = /Listening on (\S+)/.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error('srag serve ended before it listened');
}

beforeAll(async () => {
  project = await handbookProject();
  // The bundles of a deployment, behind the laptop's gateway.
  serving = project.start(['serve', '--port', '0', '--storage-model', 'none']);
  url = await addressOf(serving);
});
afterAll(async () => {
  serving.child.kill('SIGTERM');
  await serving.ended;
  await project.remove();
});

const record = (change: object) =>
  JSON.stringify({
    formatVersion: 1,
    name: 'srag-default',
    apiUrl: url,
    region: 'eu-west-1',
    auth: 'none',
    collection: 'default',
    engine: 'snapshot',
    location: 's3://made/srag',
    bucket: 'made',
    ownsBucket: true,
    version: '0.1.0',
    deployedAt: '2026-11-24T12:00:00.000Z',
    ...change,
  });
/** A project that contains only the record of a deployment. */
async function deployedFrom(change: object = {}): Promise<CliProject> {
  const elsewhere = await temporaryProject();
  await elsewhere.write('.srag/deployment.json', record(change));
  return elsewhere;
}

describe('a question to a deployment', () => {
  it('returns the same hits as a local search', async () => {
    const here = await project.json(['search', QUESTION, '--top-k', '3']);
    const there = await (await deployedFrom()).json(['search', QUESTION, '--remote', '--top-k', '3']);
    expect(there.hits.map(({ id, score }: { id: string; score: number }) => [id, score])).toEqual(
      here.hits.map(({ id, score }: { id: string; score: number }) => [id, score]),
    );
    expect(there.hits.length).toBeGreaterThan(1);
    expect(there).toMatchObject({
      question: QUESTION,
      requestId: expect.any(String),
      cost: { totalUsd: expect.any(Number), lines: expect.any(Array) },
    });
  });

  it('is answered like a local question, token by token, with citations', async () => {
    const here = await project.json(['ask', QUESTION]);
    const there = await (await deployedFrom()).json(['ask', QUESTION, '--remote']);
    expect(there.answer).toBe(here.answer);
    expect(there.citations).toEqual(here.citations);
    expect(there.chunks.length).toBeGreaterThan(0);
    const people = await (await deployedFrom()).run(['ask', QUESTION, '--remote-url', url, '--explain']);
    expect(people.exitCode).toBe(0);
    expect(people.stdout).toContain(here.answer);
    expect(people.stdout).toMatch(/\[1\] .*handbook|\[1\] /);
    expect(people.stdout).toMatch(/snapshot@\S+, (cold|warm), .* in all, request \S+/);
    expect(people.stdout).toMatch(/cost +0\.0000\d+ USD \(\S+\)/);
  });

  it('fails with the same errors as a local command', async () => {
    const elsewhere = await deployedFrom();
    const unknown = await elsewhere.run(['search', 'x', '--remote', '--collection', 'defualt', '--json']);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.json.error).toMatchObject({
      code: 'UNKNOWN_COLLECTION',
      remedy: expect.stringContaining('collection'),
    });
    const many = await elsewhere.run(['ask', 'x', '--remote', '--top-k', '51', '--json']);
    expect(many.exitCode).toBe(2);
    expect(many.json.error).toMatchObject({ code: 'INVALID_ARGUMENT', fields: { status: 400 } });
    const blank = await elsewhere.run(['search', ' ', '--remote', '--json']);
    expect(blank.json.error).toMatchObject({ code: 'INVALID_ARGUMENT', fields: { field: 'question' } });
  });

  it.each([
    ['--min-score', '0.5'],
    ['--param', 'nprobes=2'],
    ['--no-rescore'],
    ['--generator', 'bedrock'],
    ['--reranker', 'mmr'],
  ])('is refused with %s, which only local searches support', async (...words) => {
    const run = await (await deployedFrom()).run(['ask', 'x', '--remote', ...words, '--json']);
    expect(run.exitCode).toBe(2);
    expect(run.json.error).toMatchObject({
      code: 'UNSUPPORTED',
      message: `${words[0]} cannot be used with a deployment.`,
    });
  });

  it('fails without a deployment or a valid address', async () => {
    const nowhere = await temporaryProject();
    const run = await nowhere.run(['ask', 'x', '--remote', '--json']);
    expect([run.exitCode, run.json.error.code]).toEqual([1, 'NO_DEPLOYMENT']);
    const odd = await nowhere.run(['ask', 'x', '--remote-url', 'example.org', '--json']);
    expect([odd.exitCode, odd.json.error.code]).toEqual([2, 'INVALID_ARGUMENT']);
  });
});

describe('authentication to a deployment', () => {
  let server: LocalServer;
  const answer = {
    hits: [],
    trace: { stages: {}, totalMs: 1, coldStart: false, cached: false },
    cost: { totalUsd: 0, lines: [], priceTable: 'x' },
    requestId: 'r',
  };
  beforeAll(async () => {
    server = await startHttpServer(
      (_, response) =>
        void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer)),
    );
  });
  afterAll(() => server.stop());
  const last = () => server.requests.at(-1)!;

  it('by IAM signs for the region of the deployment, with the AWS credentials of the environment', async () => {
    const elsewhere = await deployedFrom({ apiUrl: server.url, auth: 'iam' });
    const { accessKeyId, secretAccessKey, sessionToken } = TEST_CREDENTIALS;
    await elsewhere.json(['search', 'x', '--remote'], {
      env: {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
        AWS_REGION: 'us-east-1',
      },
    });
    expect(await checkSignature(last())).toEqual({
      region: 'eu-west-1',
      service: 'execute-api',
      isValid: true,
    });
  });

  it.each([
    ['api-key', 'SRAG_API_KEY', 'x-api-key', 'k-1', 'k-1', /aws apigateway get-api-key .* --api-key id-1/],
    ['jwt', 'SRAG_API_TOKEN', 'authorization', 'a.b.c', 'Bearer a.b.c', /token of the issuer/],
  ])(
    'by %s sends the value of %s, and fails with a remedy if the variable is not set',
    async (auth, variable, header, value, sent, remedy) => {
      const elsewhere = await deployedFrom({ apiUrl: server.url, auth, apiKeyId: 'id-1' });
      await elsewhere.json(['search', 'x', '--remote'], { env: { [variable]: value } });
      expect(last().headers[header]).toBe(sent);
      const without = await elsewhere.run(['search', 'x', '--remote', '--json']);
      expect(without.exitCode).toBe(1);
      expect(without.json.error).toMatchObject({
        code: 'CREDENTIALS_MISSING',
        remedy: expect.stringMatching(remedy),
      });
    },
  );
});

describe('destroy', () => {
  it('requires --yes in a non-interactive session', async () => {
    const elsewhere = await deployedFrom();
    for (const words of [['destroy'], ['destroy', '--json'], ['destroy', '--delete-data', '--json']]) {
      const run = await elsewhere.run(words);
      expect(run.exitCode).toBe(2);
      expect(run.stderr).toMatch(/needs --yes in a non-interactive session/);
      expect(run.stderr).toMatch(/--yes keeps the data; --yes --delete-data deletes it/);
    }
  });

  it('fails if --name is not the name of the recorded deployment', async () => {
    const run = await (await deployedFrom()).run(['destroy', '--yes', '--name', 'other', '--json']);
    expect(run.exitCode).toBe(2);
    expect(run.json.error).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining("is 'srag-default', not 'other'"),
    });
  });
});

describe('deploy', () => {
  it('reports missing bundles before anything is started', async () => {
    const elsewhere = await temporaryProject();
    await elsewhere.write('srag.config.json', JSON.stringify({ deploy: { functions: 'build' } }));
    const run = await elsewhere.run(['deploy', '--json']);
    expect(run.exitCode).toBe(1);
    expect(run.json.error).toMatchObject({
      code: expect.stringMatching(/^(BUNDLE_MISSING|MISSING_PACKAGE)$/),
    });
  });

  it.each([
    [['--auth', 'jwt'], /deploy\.auth' in the configuration/],
    [['--auth', 'basic'], /iam, api-key or none/],
    [['--engine', 'opensearch'], /deploy\.engine/],
    [['--concurrency', '0'], /deploy\.reservedConcurrency/],
    [['--name', 'Big'], /deploy\.name/],
  ])('refuses %j', async (words, message) => {
    const run = await (await temporaryProject()).run(['deploy', ...words, '--json']);
    expect(run.exitCode).toBe(2);
    expect(run.json.error.message).toMatch(message);
  });
});
