import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Switches, type SwitchesOptions } from '../../../../src/api/switches/index.ts';
import { type AwsJsonServer, awsJsonSettings, startAwsJsonServer } from '../../../support/aws-json-server.ts';
import { until } from '../../../support/http-server.ts';

const PATH = '/srag/test';
const ONCE = { attempts: 1, baseMs: 1, capMs: 1 };

let server: AwsJsonServer;
let warnings: { readonly message: string; readonly details: Readonly<Record<string, unknown>> }[];
let nowMs: number;
let switches: Switches | undefined;

const open = async (options: Partial<SwitchesOptions> = {}): Promise<Switches> => {
  switches = await Switches.open({
    path: PATH,
    aws: { ...awsJsonSettings(server), retry: ONCE },
    indexKinds: ['snapshot', 'lancedb-flat'],
    warn: (message, details) => warnings.push({ message, details }),
    now: () => nowMs,
    firstWaitMs: 10_000,
    ...options,
  });
  return switches;
};
const set = (name: string, value: string) => server.parameters.set(`${PATH}/${name}`, value);

beforeEach(async () => {
  server = await startAwsJsonServer();
  warnings = [];
  nowMs = 1_000_000;
});
afterEach(async () => {
  switches?.close();
  await server.stop();
});

describe('switches', () => {
  it('take their values from the SSM parameters below the path, or else from the defaults of the deployment', async () => {
    set('warmup', 'off');
    set('query-cache-minutes', '5');
    set('index', 'lancedb-flat@v7');
    set('prices', '{"lambda.requests": 3e-7}');
    const defaults = { compression: true, index: 'snapshot' };
    expect((await open({ defaults })).current()).toEqual({
      warmup: false,
      queryCache: true,
      queryCacheMinutes: 5,
      compression: true,
      index: 'lancedb-flat@v7',
      prices: { 'lambda.requests': 3e-7 },
    });
    expect(warnings).toEqual([]);
  });

  it('are read from all pages of the SSM response, even if some pages are empty', async () => {
    set('compression', 'on');
    set('query-cache', 'off');
    set('warmup', 'off');
    server.pageSize = 1;
    const switches = await open();
    expect(switches.current()).toMatchObject({ compression: true, queryCache: false, warmup: false });
    expect(server.requests).toHaveLength(3);
    expect(JSON.parse(server.requests[2]?.body ?? '')).toEqual({
      Path: PATH,
      MaxResults: 10,
      NextToken: '2',
    });
    server.faults.push({ kind: 'body', body: '{"Parameters": [], "NextToken": "0"}' });
    await switches.refresh();
    expect(switches.current()).toMatchObject({ compression: true, queryCache: false, warmup: false });
  });

  it('ignore sibling paths, deeper paths and other deployments', async () => {
    server.parameters.set('/srag/test2/warmup', 'off').set('/srag/test/deep/compression', 'on');
    expect((await open()).current()).toMatchObject({ warmup: true, compression: false });
    expect(warnings).toEqual([]);
  });

  it('are refreshed in the background after 60 s; the call that triggers the refresh returns the old values', async () => {
    const switches = await open();
    set('warmup', 'off');
    nowMs += 59_999;
    expect(switches.current().warmup).toBe(true);
    expect(server.requests).toHaveLength(1);
    nowMs += 1;
    expect(switches.current().warmup).toBe(true);
    expect(switches.current().warmup).toBe(true);
    await until(() => switches.current().warmup === false);
    expect(server.requests).toHaveLength(2);
  });

  it('return to the default when their parameter is deleted or set to `default`', async () => {
    set('query-cache', 'off');
    set('index', 'snapshot@1');
    const switches = await open();
    server.parameters.delete(`${PATH}/query-cache`);
    set('index', 'default');
    await switches.refresh();
    expect(switches.current()).toMatchObject({ queryCache: true });
    expect(switches.current().index).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('keep their values during an outage of SSM, and cause one warning per outage', async () => {
    set('warmup', 'off');
    const switches = await open();
    const out = { kind: 'status', status: 500, type: 'InternalServerError' } as const;
    for (let read = 0; read < 3; read++) {
      server.faults.push(out);
      await switches.refresh();
      expect(switches.current().warmup).toBe(false);
    }
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toMatch(
      /^The switches at \/srag\/test cannot be read; the last known values apply: SSM/,
    );
    expect(warnings[0]?.details).toMatchObject({ code: 'AWS_UNAVAILABLE', type: 'InternalServerError' });
    await switches.refresh();
    server.faults.push(out);
    await switches.refresh();
    expect(warnings).toHaveLength(2);
  });

  it('keep all old values if a later page of the SSM response cannot be read', async () => {
    set('compression', 'on');
    set('warmup', 'off');
    const switches = await open();
    server.parameters.clear();
    set('compression', 'off');
    set('warmup', 'on');
    server.pageSize = 1;
    server.faults.push(
      { kind: 'wait', until: Promise.resolve() },
      { kind: 'status', status: 500, type: 'X' },
    );
    await switches.refresh();
    expect(switches.current()).toMatchObject({ compression: true, warmup: false });
  });

  it('delay the start by at most `firstWaitMs`; values that arrive later apply from then on', async () => {
    set('warmup', 'off');
    const answer = Promise.withResolvers<void>();
    server.faults.push({ kind: 'wait', until: answer.promise });
    const switches = await open({ firstWaitMs: 20 });
    await until(() => server.inFlight() === 1);
    expect(switches.current().warmup).toBe(true);
    answer.resolve();
    await until(() => switches.current().warmup === false);
    expect(server.requests).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  it('start with the defaults if SSM does not respond or is unreachable, or if there are no credentials', async () => {
    server.faults.push({ kind: 'silence' });
    expect((await open({ readMs: 30 })).current()).toMatchObject({ warmup: true, queryCacheMinutes: 60 });
    expect(warnings[0]?.message).toContain('no answer within');
    const nobody = { ...awsJsonSettings(server), endpoint: 'http://127.0.0.1:9', retry: ONCE };
    expect((await open({ aws: nobody })).current()).toMatchObject({ warmup: true });
    expect((await open({ aws: undefined })).current()).toMatchObject({ warmup: true });
    expect(warnings[2]?.details).toMatchObject({ code: 'CREDENTIALS_MISSING' });
  });

  it('do not count a read that was interrupted by freezing the environment as an outage', async () => {
    const switches = await open({ readMs: 30 });
    server.faults.push({ kind: 'silence' });
    nowMs += 60_000;
    switches.current();
    nowMs += 600_000;
    await switches.refresh();
    expect(warnings).toEqual([]);
    set('warmup', 'off');
    switches.current();
    await until(() => switches.current().warmup === false);
  });

  it('cause no SSM requests if no path is configured', async () => {
    const switches = await open({ path: undefined, aws: undefined, defaults: { compression: true } });
    nowMs += 1e9;
    await switches.refresh();
    expect(switches.current()).toMatchObject({ compression: true });
    expect(warnings).toEqual([]);
  });

  it.each(['srag', '/srag/', '//', '/srag test', ''])('refuse the path %j', async (path) => {
    await expect(open({ path })).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  });

  it('are read only up to a limit of 200 parameters below the path', async () => {
    for (let count = 0; count < 250; count++) set(`a${count}`, 'x');
    await open();
    expect(server.requests).toHaveLength(20);
    expect(warnings[0]?.message).toContain('more than 200 parameters');
  });
});

describe('an invalid switch', () => {
  it.each([
    ['warmup', 'yes', 'it is "yes": use on or off'],
    ['query-cache', '', 'it is "": use on or off'],
    ['query-cache-minutes', '0', 'it is "0": use a number greater than 0, at most 43200'],
    ['query-cache-minutes', 'NaN', 'it is "NaN": use a number greater than 0, at most 43200'],
    ['query-cache-minutes', '1e9', 'it is "1e9": use a number greater than 0, at most 43200'],
    ['index', 'faiss', 'it is "faiss": use KIND or KIND@VERSION; the kinds are snapshot, lancedb-flat'],
    ['index', 'snapshot@', 'it is "snapshot@": use KIND or KIND@VERSION'],
    ['index', 'snapshot@a@b', 'it is "snapshot@a@b": use KIND'],
    ['index', 'snapshot@../x', 'it is "snapshot@../x": use KIND'],
    ['prices', '[1]', 'use a JSON object of price names and USD'],
    ['prices', '{"a": -1}', 'use a JSON object of price names and USD'],
    ['prices', '{"a": "1"}', 'use a JSON object of price names and USD'],
    ['prices', '{', 'use a JSON object of price names and USD'],
    [
      'query-cach',
      'on',
      "this switch does not exist; the switches are warmup, query-cache, query-cache-minutes, compression, index, prices; did you mean 'query-cache'?",
    ],
  ])(
    '%s = %j is ignored, with one warning that names the switch and its allowed values',
    async (name, value, words) => {
      set(name, value);
      set('compression', 'on');
      const switches = await open();
      await switches.refresh();
      expect(switches.current()).toEqual({
        warmup: true,
        queryCache: true,
        queryCacheMinutes: 60,
        compression: true,
      });
      expect(warnings).toHaveLength(1);
      expect(warnings[0]?.message).toContain(`The switch ${PATH}/${name} is ignored: `);
      expect(warnings[0]?.message).toContain(words);
      expect(warnings[0]?.details).toEqual({ parameter: name });
    },
  );

  it('is reported again when its value changes; a long value is truncated', async () => {
    set('warmup', 'x'.repeat(500));
    const switches = await open();
    set('warmup', 'y');
    await switches.refresh();
    expect(warnings).toHaveLength(2);
    expect(warnings[0]?.message.length).toBeLessThan(200);
  });

  it('is ignored with a warning if it sets a price that the price table does not contain', async () => {
    set('prices', '{"lambda.request": 1}');
    const checkPrices = () => {
      throw new Error("there is no price 'lambda.request'");
    };
    expect((await open({ checkPrices })).current().prices).toBeUndefined();
    expect(warnings[0]?.message).toContain("there is no price 'lambda.request'");
  });
});
