import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Laptop, laptopCredentials } from '../../../src/laptop/index.ts';

const SRC = join(import.meta.dirname, '../../../src');
/** An `ingest` function that logs its input, and reports a failure for keys that end in `bad`. */
const HANDLER = `export const handler = async (event) => {
  console.log('ASKED ' + JSON.stringify(event));
  if (event.action === 'publish') return { kind: 'snapshot', version: '7' };
  return { documents: {}, failures: event.keys.filter((key) => key.endsWith('bad')).map((path) => ({ path })) };
};`;

/** Starts a laptop cloud with one function named `name` and a bucket that contains objects with these keys. */
async function laptopOf(name: string, keys: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'srag-ingest-machine-'));
  const functionsFolder = join(folder, 'functions');
  await mkdir(join(functionsFolder, 'told'), { recursive: true });
  for (const file of ['state-machine.asl.json', 'ingest.asl.json'])
    await cp(join(SRC, 'cloud/functions', file), join(functionsFolder, file));
  await writeFile(join(functionsFolder, 'told', 'index.mjs'), HANDLER);
  const told = { asset: 'told', handler: 'index.handler', memoryMb: 1_769, timeoutSeconds: 20 };
  const functions = [{ name, ...told, streaming: false, routes: [] }];
  await writeFile(join(functionsFolder, 'functions.json'), JSON.stringify({ functions }));
  for (const key of keys) {
    await mkdir(join(folder, 'bucket', key, '..'), { recursive: true });
    await writeFile(join(folder, 'bucket', key), key);
  }
  const lines: string[] = [];
  const laptop = await Laptop.start({
    functionsFolder,
    runtime: [process.execPath, '--no-warnings', join(SRC, 'laptop/runtime/bootstrap.ts')],
    host: '127.0.0.1',
    port: 0,
    folder: join(folder, 'bucket'),
    engine: 'snapshot',
    collection: 'default',
    environment: {},
    concurrency: 4,
    throttle: { rate: 100, burst: 100 },
    storageModel: 'none',
    idleMs: 60_000,
    scaleRate: 100,
    onLog: (_name, _environment, line) => lines.push(line),
  });
  const client = new SFNClient({
    endpoint: laptop.services.endpoint,
    region: 'us-east-1',
    credentials: laptopCredentials('caller'),
  });
  onTestFinished(async () => {
    client.destroy();
    await laptop.close(0);
    await rm(folder, { recursive: true, force: true });
  });
  const asked = (): unknown[] =>
    lines.flatMap((line) => (line.startsWith('ASKED ') ? [JSON.parse(line.slice(6))] : []));
  const run = async (input: object) => {
    const started = new StartExecutionCommand({
      stateMachineArn: laptop.ingestMachineArn,
      input: JSON.stringify(input),
    });
    const { executionArn } = await client.send(started);
    return vi.waitUntil(
      async () => {
        const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
        return execution.status === 'RUNNING' ? undefined : execution;
      },
      { timeout: 15_000, interval: 50 },
    );
  };
  return { laptop, run, asked };
}

describe('the ingest state machine in the laptop cloud', () => {
  it('passes every object under the prefix to the function in batches, then publishes', async () => {
    const keys = Array.from({ length: 120 }, (_, at) => `documents/default/d${String(at).padStart(3, '0')}`);
    keys.push('documents/default/deep/bad');
    const { run, asked } = await laptopOf('ingest', [...keys, 'documents/other/x', 'elsewhere']);
    const input = { bucket: 'srag', prefix: 'documents/default/', collection: 'default' };
    const done = await run(input);
    expect(done).toMatchObject({ status: 'SUCCEEDED', input: JSON.stringify(input) });
    expect(JSON.parse(done!.output!)).toEqual({
      batches: 3,
      failedDocuments: 1,
      index: { kind: 'snapshot', version: '7' },
    });
    const calls = asked() as { keys?: string[]; bucket?: string; collection?: string }[];
    expect(calls.at(-1)).toEqual({ action: 'publish' });
    const batches = calls.slice(0, -1);
    expect(batches.map((call) => call.keys!.length).sort()).toEqual([21, 50, 50]);
    expect(batches.flatMap((call) => call.keys!).sort()).toEqual(keys);
    for (const { bucket, collection } of batches) expect([bucket, collection]).toEqual(['srag', 'default']);
  });

  it('fails if the listing cannot be read', async () => {
    const { run, asked } = await laptopOf('ingest', []);
    expect(await run({ bucket: 'foreign', prefix: '', collection: 'default' })).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
      cause: expect.stringContaining('bucket'),
    });
    expect(asked()).toEqual([]);
  });

  it('does not exist if there is no ingest function', async () => {
    const { laptop } = await laptopOf('retrieve', []);
    expect(laptop.ingestMachineArn).toBeUndefined();
  });
});
