import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliProject } from '../support/cli.ts';
import { expectRefusal, type Refusal } from '../support/refusal.ts';

let project: CliProject;
beforeAll(async () => {
  project = await CliProject.open();
  await project.write('dear.json', '{"lambda.requests": 1, "s3.reads": 0}');
  await project.write('broken.json', '{');
});
afterAll(() => project.remove());

interface Line {
  readonly name: string;
  readonly quantity: number;
  readonly unitPriceUsd: number;
  readonly usd: number;
}

const costOf = async (...words: string[]) => {
  const run = await project.run(['cost', '--json', ...words]);
  expect(run.exitCode).toBe(0);
  return run.json as {
    readonly cost: {
      readonly totalUsd: number;
      readonly lines: readonly Line[];
      readonly unpriced?: string[];
    };
    readonly requestsUsd: number;
    readonly monthlyUsd: number;
    readonly perMillionUsd: number;
    readonly byGateway: Readonly<Record<string, number>>;
    readonly assumptions: Readonly<Record<string, unknown>>;
  };
};
const lineOf = (lines: readonly Line[], name: string) => lines.find((line) => line.name === name);

describe('srag cost', () => {
  it('prices a million retrievals at low load line by line, so that the lines can be added up', async () => {
    const { cost, requestsUsd, monthlyUsd, perMillionUsd, byGateway } = await costOf();
    for (const { quantity, unitPriceUsd, usd } of cost.lines) expect(usd).toBe(quantity * unitPriceUsd);
    expect(cost.totalUsd).toBe(cost.lines.reduce((sum, { usd }) => sum + usd, 0));
    expect(requestsUsd + monthlyUsd).toBeCloseTo(cost.totalUsd, 9);
    expect(perMillionUsd).toBe(cost.totalUsd);
    expect(lineOf(cost.lines, 'gateway.requests')).toMatchObject({ quantity: 1_000_000, usd: 3.5 });
    expect(byGateway.rest).toBe(cost.totalUsd);
    expect(byGateway.rest! - byGateway.none!).toBeCloseTo(3.5, 9);
    expect(byGateway.http! - byGateway.none!).toBeCloseTo(1, 9);
  });

  it('estimates at most two dollars for a million retrievals behind a function URL without metrics', async () => {
    expect(
      (await costOf('--gateway', 'none', '--metrics', 'none', '--only-functions')).perMillionUsd,
    ).toBeLessThanOrEqual(2);
  });

  it('accepts an option for every assumption', async () => {
    const words = ['--requests', '1000', '--cold-share', '1', '--cold-reads', '10', '--memory-mb', '1024'];
    const more = ['--architecture', 'x86_64', '--init-ms', '100.4', '--cold-ms', '200.4', '--stored-gb', '0'];
    const { cost, assumptions } = await costOf(
      ...words,
      ...more,
      '--warmup-minutes',
      '5',
      '--provisioned',
      '2',
    );
    expect(assumptions).toMatchObject({ requests: 1_000, coldShare: 1, architecture: 'x86_64' });
    expect(lineOf(cost.lines, 'storage.reads')?.quantity).toBe(10_000);
    expect(lineOf(cost.lines, 'lambda.compute.retrieve')?.quantity).toBeCloseTo(301, 9);
    expect(lineOf(cost.lines, 'warmup.schedule')?.quantity).toBe(8_760);
    expect(lineOf(cost.lines, 'provisioned.retrieve')?.quantity).toBe(2 * 730 * 3_600);
    expect(lineOf(cost.lines, 'rest.storage')).toBeUndefined();
  });

  it('includes the state machine, the models and the cache in the price of a question', async () => {
    const models = [
      '--embedding',
      'amazon.titan-embed-text-v2:0',
      '--generation',
      'us.amazon.nova-lite-v1:0',
    ];
    const cache = ['--cache', 'dynamodb', '--cache-hit-rate', '0.5'];
    const { cost } = await costOf(
      '--route',
      'query',
      '--requests',
      '100',
      '--cold-share',
      '0',
      ...models,
      ...cache,
    );
    expect(lineOf(cost.lines, 'state-machine.requests')?.quantity).toBe(50);
    expect(lineOf(cost.lines, 'lambda.requests')?.quantity).toBe(50 * 3 + 50);
    expect(lineOf(cost.lines, 'generation.input-tokens')?.quantity).toBe(50 * 3_000);
    expect(lineOf(cost.lines, 'embedding.tokens')?.quantity).toBe(50 * 15);
    expect(lineOf(cost.lines, 'cache.reads')?.quantity).toBe(100 * 0.5);
    expect(lineOf(cost.lines, 'cache.writes')?.quantity).toBe(50 * 4);
  });

  it('lists charges of a model whose price is unknown, and leaves them out of the total', async () => {
    const { cost } = await costOf('--route', 'query', '--generation', 'brand.new-model-v1:0');
    expect(cost.unpriced).toEqual(['generation.input-tokens', 'generation.output-tokens']);
    const run = await project.run(['cost', '--route', 'query', '--generation', 'brand.new-model-v1:0']);
    expect(run.stdout).toContain('Without a price, and not included in the total: generation.input-tokens');
    const prices = ['model.brand.new-model.input-tokens=1e-6', 'model.brand.new-model.output-tokens=2e-6'];
    const words = ['--route', 'query', '--generation', 'brand.new-model-v1:0', '--requests', '1'];
    const priced = await costOf(...words, ...prices.flatMap((price) => ['--price', price]));
    expect(priced.cost.unpriced).toBeUndefined();
  });

  it('takes prices from a region, from a file, and from options that override both', async () => {
    const seoul = await costOf('--region', 'ap-northeast-2');
    expect(lineOf(seoul.cost.lines, 'gateway.transfer')?.unitPriceUsd).toBe(0.126);
    const file = await costOf('--prices', 'dear.json', '--price', 's3.reads=5');
    expect(lineOf(file.cost.lines, 'lambda.requests')?.usd).toBe(1_000_000);
    expect(lineOf(file.cost.lines, 'storage.reads')?.unitPriceUsd).toBe(5);
    const list = await project.run(['cost', '--list', '--json']);
    await project.write('table.json', list.stdout.replace('"usd": 3.5', '"usd": 7'));
    const own = await costOf('--prices', 'table.json');
    expect(lineOf(own.cost.lines, 'gateway.requests')?.usd).toBe(7);
  });

  it('prints the sum, the assumptions and a reminder to check prices', async () => {
    const run = await project.run(['cost']);
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toMatch(/^A month of 1,000,000 retrievals in us-east-1:/);
    expect(run.stdout).toMatch(/lambda\.requests +1000000 +request +0\.0000002 +0\.2000/);
    expect(run.stdout).toMatch(/By gateway: REST API \$\d+\.\d\d, HTTP API/);
    expect(run.stdout).toMatch(/Prices: 2026-11-24-us-east-1, recorded 2025-06 to 2025-11; .*check them/);
    const list = await project.run(['cost', '--list', '--region', 'ap-northeast-2']);
    expect(list.stdout).toMatch(
      /lambda\.requests +0\.2 +1,000,000 request +2025-06 +https:\/\/aws\.amazon\.com/,
    );
    expect(list.stdout).toContain('2025-06 assumed');
    expect(list.stdout).toContain('check each against its source');
  });

  const refusals: readonly Refusal[] = [
    [
      'an unknown region',
      ['cost', '--region', 'mars-1'],
      2,
      'INVALID_ARGUMENT',
      /region 'mars-1'/,
      /us-east-1/,
    ],
    [
      'a negative count',
      ['cost', '--requests', '-5'],
      2,
      'INVALID_ARGUMENT',
      /requestsPerMonth is -5/,
      /0 or more/,
    ],
    ['an infinite count', ['cost', '--requests', 'Infinity'], 2, 'INVALID_ARGUMENT', /Infinity/, /finite/],
    [
      'too large a count',
      ['cost', '--requests', '1e308', '--answer-bytes', '1e300'],
      2,
      'INVALID_ARGUMENT',
      /too large to be priced/,
      /Check/,
    ],
    ['a share over 1', ['cost', '--cold-share', '1.5'], 2, 'INVALID_ARGUMENT', /coldShare is 1.5/, /0 to 1/],
    [
      'hits without a cache',
      ['cost', '--cache-hit-rate', '0.5'],
      2,
      'INVALID_ARGUMENT',
      /--cache is none/,
      /dynamodb/,
    ],
    [
      'an unknown price',
      ['cost', '--price', 'lambda.request=1'],
      2,
      'UNKNOWN_PRICE',
      /lambda\.request/,
      /lambda\.requests/,
    ],
    [
      'a price that is none',
      ['cost', '--price', 'lambda.requests'],
      2,
      'INVALID_ARGUMENT',
      /NAME=USD/,
      /2e-7/,
    ],
    ['a negative price', ['cost', '--price', 'lambda.requests=-1'], 2, 'INVALID_ARGUMENT', /is -1/, />= 0/],
    ['a missing price file', ['cost', '--prices', 'no.json'], 1, 'PATH_NOT_FOUND', /no\.json/, /--prices/],
    [
      'a broken price file',
      ['cost', '--prices', 'broken.json'],
      2,
      'INVALID_ARGUMENT',
      /broken\.json is not JSON/,
      /--list/,
    ],
    ['an unknown route', ['cost', '--route', 'fly'], 2, 'INVALID_ARGUMENT', /fly.*retrieve, query/, /--help/],
  ];
  it.each(refusals.map((refusal) => [refusal[0], refusal] as const))('refuses %s', async (_what, refusal) =>
    expectRefusal(project, refusal),
  );
});
