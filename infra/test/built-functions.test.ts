import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBuiltFunctions } from '../src/built-functions.ts';
import { buildFolder, elfHeader, MANIFEST } from './support/build.ts';

const read = (folder: string, engine: 'snapshot' | 'lancedb' = 'snapshot', ingest = true) =>
  readBuiltFunctions(folder, { engine, ingest });
const withEntry = (name: string, change: object) =>
  JSON.stringify({
    functions: MANIFEST.functions.map((entry) => (entry.name === name ? { ...entry, ...change } : entry)),
  });

describe('the functions of a build', () => {
  it('come from small bundles for the engine snapshot, except ingest, which comes from the LanceDB asset', () => {
    const folder = buildFolder();
    const byName = Object.fromEntries(read(folder).functions.map((one) => [one.name, one]));
    expect(Object.keys(byName)).toEqual(['baseline', 'retrieve', 'generate', 'stream', 'warmup', 'ingest']);
    expect(byName.retrieve).toMatchObject({
      folder: join(folder, 'retrieve'),
      handler: 'index.handler',
      processor: 'arm64',
    });
    expect(byName.ingest).toMatchObject({
      folder: join(folder, 'lancedb'),
      handler: 'ingest.handler',
      processor: 'x86_64',
    });
  });

  it('come from the LanceDB asset for the engine lancedb, except the one that opens no index', () => {
    const folder = buildFolder();
    for (const one of read(folder, 'lancedb').functions) {
      expect(one).toMatchObject(
        one.name === 'baseline'
          ? { folder: join(folder, 'baseline'), handler: 'index.handler', processor: 'arm64' }
          : { folder: join(folder, 'lancedb'), handler: `${one.name}.handler`, processor: 'x86_64' },
      );
    }
  });

  it('are refused for the engine lancedb if one that opens an index is missing from the LanceDB asset', () => {
    const folder = buildFolder({ 'lancedb/stream.mjs': undefined });
    expect(() => read(folder, 'lancedb')).toThrow(
      /Function 'stream': its handler is stream\.handler, but .*lancedb contains none of/,
    );
  });

  it('omit ingest if it is disabled, so that the heavy asset need not be built', () => {
    const files = Object.fromEntries(
      [
        'lancedb/lancedb.linux-x64-gnu.node',
        ...MANIFEST.functions.map(({ name }) => `lancedb/${name}.mjs`),
      ].map((path) => [path, undefined]),
    );
    const folder = buildFolder(files);
    expect(read(folder, 'snapshot', false).functions.map(({ name }) => name)).not.toContain('ingest');
    expect(() => read(folder)).toThrow(
      `Function 'ingest' has no bundle: ${join(folder, 'lancedb')} does not exist. Run npm run build:lancedb.`,
    );
  });

  it('omit functions that are only for the other engine', () => {
    const folder = buildFolder({ 'functions.json': withEntry('warmup', { engine: 'lancedb' }) });
    expect(read(folder).functions.map(({ name }) => name)).not.toContain('warmup');
    expect(read(folder, 'lancedb').functions.map(({ name }) => name)).toContain('warmup');
  });
});

describe('the size of a bundle', () => {
  it('is accepted up to 1 MB', () => {
    const rest = Buffer.byteLength(`export const handler = () => 'generate';`);
    const folder = buildFolder({ 'generate/data.bin': 1_000_000 - rest });
    expect(read(folder).functions).toHaveLength(6);
  });

  it('is refused above 1 MB; the error names the function, size, budget and largest file', () => {
    const folder = buildFolder({ 'generate/chunks/big.mjs': 1_240_000 });
    expect(() => read(folder)).toThrow(
      `Function 'generate': its bundle ${join(folder, 'generate')} is 1.24 MB, over the budget of 1 MB. Its largest file is chunks/big.mjs (1.24 MB).`,
    );
  });

  it('is refused above 230 MB for the LanceDB asset', () => {
    const folder = buildFolder({ 'lancedb/lib.bin': 230_000_001 });
    expect(() => read(folder)).toThrow(
      /Function 'ingest': .* is 230\.00 MB, over the budget of 230 MB unzipped\. .*lib\.bin/,
    );
  });
});

describe('native code', () => {
  it('is refused in a small bundle', () => {
    const folder = buildFolder({ 'stream/addon.node': elfHeader(183) });
    expect(() => read(folder)).toThrow(
      /Function 'stream': .* contains native code; only the asset 'lancedb' may\./,
    );
  });

  it('determines for which processor its functions are deployed', () => {
    const folder = buildFolder({
      'lancedb/lancedb.linux-x64-gnu.node': undefined,
      'lancedb/lancedb.linux-arm64-gnu.node': elfHeader(183),
    });
    expect(read(folder, 'lancedb').functions.map(({ processor }) => processor)).toEqual(
      Array(6).fill('arm64'),
    );
  });

  it.each([
    ['built on a Mac', Buffer.from('cffaedfe0c000001000000000600000010000000', 'hex')],
    ['for another processor', elfHeader(40)],
    ['cut off', Buffer.from([0x7f, 0x45, 0x4c, 0x46])],
  ])('is refused if it is %s', (_, bytes) => {
    const folder = buildFolder({ 'lancedb/lancedb.linux-x64-gnu.node': bytes });
    expect(() => read(folder)).toThrow(
      /is not a Linux library for x86_64 or arm64: Lambda cannot load it\. Build this asset on Linux\./,
    );
  });

  it('is refused if an asset contains it for two processors', () => {
    const folder = buildFolder({ 'lancedb/other.node': elfHeader(183) });
    expect(() => read(folder)).toThrow(/lancedb\.linux-x64-gnu\.node for x86_64 and other\.node for arm64/);
  });
});

describe('a damaged build', () => {
  it.each([
    [
      'without a manifest',
      { 'functions.json': undefined },
      /functions\.json cannot be read\. Run npm run build\./,
    ],
    ['with a manifest that is no JSON', { 'functions.json': '{' }, /functions\.json is not JSON/],
    ['without a list', { 'functions.json': '{}' }, /contains no list 'functions'/],
    [
      'with a member of the wrong type',
      { 'functions.json': withEntry('generate', { memoryMb: '512' }) },
      /functions\[2\]\.memoryMb is "512"; it must be a number/,
    ],
    [
      'without a handler',
      { 'retrieve/index.mjs': undefined, 'retrieve/main.mjs': '' },
      /Function 'retrieve': its handler is index\.handler, but .*retrieve contains none of index\.mjs, index\.js, index\.cjs/,
    ],
    [
      'without a definition',
      { 'state-machine.asl.json': undefined },
      /state-machine\.asl\.json cannot be read/,
    ],
  ])('is refused: %s', (_, files, message) => {
    expect(() => read(buildFolder(files))).toThrow(message);
  });
});
