import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  embeddingCost,
  loadPrices,
  overridePrices,
  PRICE_REGIONS,
  readPriceFile,
} from '../../../../src/api/cost/index.ts';

const FILES = readdirSync(join(import.meta.dirname, '../../../../src/api/cost/prices')).sort();

describe('price tables', () => {
  it('have one file per region, named by date and region', async () => {
    const tables = await Promise.all(PRICE_REGIONS.map(loadPrices));
    expect(
      tables.map(({ id, region, writtenOn }) => [`${id}.json`, `${writtenOn}-${region}`]).sort(),
    ).toEqual(FILES.map((file) => [file, file.replace('.json', '')]));
  });

  it.each(PRICE_REGIONS)(
    'of %s state the unit, source and month of every price, and ask users to check the prices',
    async (region) => {
      const { prices, notice } = await loadPrices(region);
      expect(notice).toMatch(/check each against its source/);
      for (const [name, price] of Object.entries(prices)) {
        expect(price, name).toMatchObject({
          usd: expect.any(Number),
          unit: expect.stringMatching(/./),
          source: expect.stringMatching(/^https:\/\/aws\.amazon\.com\/.+/),
          notedOn: expect.stringMatching(/^20\d\d-\d\d$/),
        });
        expect(price.usd, name).toBeGreaterThanOrEqual(0);
        expect(price.per, name).toBeGreaterThan(0);
      }
    },
  );

  it('state where a price was read that was not read at its source', async () => {
    const { prices } = await loadPrices('us-east-1');
    const unverified = Object.entries(prices).filter(([, price]) => price.unverified === true);
    expect(unverified.length).toBeGreaterThan(0);
    for (const [name, { note }] of unverified) expect(note, name).toMatch(/^Second-hand: from .+/);
  });

  it('have the same price names in every region', async () => {
    const [first, ...others] = await Promise.all(PRICE_REGIONS.map(loadPrices));
    for (const other of others) expect(Object.keys(other.prices)).toEqual(Object.keys(first!.prices));
  });

  it.each(['ap-northeast-2', 'eu-west-1'])(
    'of %s mark the prices copied from us-east-1 as assumed',
    async (region) => {
      const there = await loadPrices('us-east-1');
      const here = await loadPrices(region);
      const assumed = Object.entries(here.prices).filter(([, price]) => price.assumed === true);
      expect(assumed.length).toBeGreaterThan(0);
      for (const [name, price] of assumed) expect(price.usd, name).toBe(there.prices[name]?.usd);
      expect(Object.values(there.prices).some((price) => price.assumed)).toBe(false);
    },
  );

  it('cannot be loaded for an unsupported region; the error lists the supported regions', async () => {
    await expect(loadPrices('eu-central-1')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining("'eu-central-1'"),
      remedy: expect.stringContaining('us-east-1, ap-northeast-2, eu-west-1'),
      fields: { field: 'region', value: 'eu-central-1', allowed: PRICE_REGIONS },
    });
    await expect(loadPrices('constructor')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('overridePrices', () => {
  it('replaces unit prices and appends `+overrides` to the table id', async () => {
    const table = await loadPrices('us-east-1');
    const changed = overridePrices(table, { 'lambda.requests': 1e-6 });
    expect(changed.id).toBe('2026-11-24-us-east-1+overrides');
    expect(changed.prices['lambda.requests']).toMatchObject({
      usd: 1e-6,
      per: 1,
      unit: 'request',
      source: 'override',
    });
    expect(table.prices['lambda.requests']?.usd).toBe(0.2);
    expect(overridePrices(changed, { 's3.reads': 0 }).id).toBe('2026-11-24-us-east-1+overrides');
    expect(overridePrices(table, {})).toBe(table);
  });

  it('accepts only names of existing prices and well-formed names of model prices', async () => {
    const table = await loadPrices('us-east-1');
    expect(() => overridePrices(table, { 'lambda.request': 1 })).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_PRICE',
        message: expect.stringContaining("Unknown price 'lambda.request'"),
      }),
    );
    expect(() => overridePrices(table, { toString: 1 })).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_PRICE' }),
    );
    for (const [what, unit] of Object.entries({
      queries: 'query',
      'input-tokens': 'token',
      'output-tokens': 'token',
    }))
      expect(overridePrices(table, { [`model.a.b.${what}`]: 1 }).prices[`model.a.b.${what}`]).toEqual({
        ...{ usd: 1, per: 1, unit, source: 'override', notedOn: table.writtenOn },
      });
    for (const name of ['model.queries', 'model.a.tokens', 'xmodel.a.queries', 'model.a.queries.more'])
      expect(() => overridePrices(table, { [name]: 1 })).toThrow(
        expect.objectContaining({ code: 'UNKNOWN_PRICE' }),
      );
  });

  it.each([
    [-1, '-1'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    ['1', '"1"'],
    [null, 'null'],
    [undefined, 'undefined'],
    [[1], '[1]'],
  ])('rejects the price %s', async (usd, shown) => {
    const table = await loadPrices('us-east-1');
    expect(() => overridePrices(table, { 'lambda.requests': usd as number })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: `The price 'lambda.requests' is ${shown}.`,
        remedy: expect.stringContaining('in USD for one unit'),
        fields: { field: 'lambda.requests', value: String(usd) },
      }),
    );
  });
});

describe('readPriceFile', () => {
  it('reads a complete price table, or overrides for the given table', async () => {
    const table = await loadPrices('us-east-1');
    const own = { ...table, id: 'mine', region: 'eu-west-1' };
    expect(readPriceFile(JSON.parse(JSON.stringify(own)), table)).toEqual(own);
    expect(readPriceFile({ 's3.reads': 1 }, table).prices['s3.reads']?.usd).toBe(1);
    const { notice: _, ...silent } = own;
    expect(readPriceFile(silent, table).notice).toBe('');
  });

  it.each([
    ['a list', [], /not a JSON object/],
    ['a string', 'x', /not a JSON object/],
    ['prices that are not an object', { prices: 5 }, /'prices' is not an object/],
    ['null', null, /not a JSON object/],
    ['prices that are null', { prices: null }, /'prices' is not an object/],
    ['a price with an empty unit', { prices: { a: { usd: 1, per: 1, unit: '' } } }, /'a.unit' is missing/],
    [
      'a price without a source',
      { prices: { a: { usd: 1, per: 1, unit: 'x', source: '', notedOn: '2026-01' } } },
      /'a.source' is missing/,
    ],
    ['a string as `per`', { prices: { a: { usd: 1, per: '1', unit: 'x' } } }, /'a.per' is 1/],
    ['an infinite `per`', { prices: { a: { usd: 1, per: Number.POSITIVE_INFINITY } } }, /'a.per' is Inf/],
    ['a table with an empty region', { prices: {}, id: 'x', region: '' }, /'region' is missing/],
    ['a price without a unit', { prices: { a: { usd: 1, per: 1 } } }, /'a.unit' is missing/],
    ['a `per` of 0', { prices: { a: { usd: 1, per: 0, unit: 'x' } } }, /'a.per' is 0/],
    ['a negative price', { prices: { a: { usd: -1, per: 1, unit: 'x' } } }, /'a' is -1/],
    ['a price that is null', { prices: { a: null } }, /'a.per' is undefined/],
    ['a table without an id', { prices: {} }, /'id' is missing/],
  ])('rejects %s', async (_what, value, message) => {
    const table = await loadPrices('us-east-1');
    expect(() => readPriceFile(value, table)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(message),
        remedy: expect.stringContaining('USD for one unit'),
        fields: expect.objectContaining({ field: expect.stringMatching(/^(prices|a)$/) }),
      }),
    );
  });
});

describe('embeddingCost', () => {
  it('returns the price of Titan, 0 for local embedders, and undefined for others', async () => {
    expect(await embeddingCost('bedrock-titan:amazon.titan-embed-text-v2:0:512', 1e6)).toMatchObject({
      usd: expect.closeTo(0.02, 12),
      source: expect.stringContaining('list price as of 2025-06'),
    });
    for (const embedder of ['none', 'hashing:256', 'transformers:x', 'precomputed:384'])
      expect(await embeddingCost(embedder, 1e6)).toEqual({
        usd: 0,
        source: embedder === 'none' ? 'no embedder' : 'runs here',
      });
    expect(await embeddingCost('openai-compatible:text-embedding-3-small:1536', 1e6)).toBeUndefined();
  });
});
