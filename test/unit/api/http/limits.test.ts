import { beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../../src/api/http/openapi.ts';
import { posted, testApp, testService } from '../../../support/api.ts';

interface Node {
  readonly $ref?: string;
  readonly type?: string;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly maximum?: number;
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly 'x-limits'?: Readonly<Record<string, number>>;
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly schema: Node }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Node } } };
}
// The limits come from the OpenAPI document, not from the constants in src.
const document = openApiDocument() as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Node>> };
  readonly 'x-limits': Readonly<Record<'headers' | 'body' | 'reply', Readonly<Record<string, number>>>>;
};
const resolved = (node: Node): Node =>
  node.$ref === undefined ? node : document.components.schemas[node.$ref.split('/').at(-1)!]!;

let ask: (path: string, init: RequestInit) => Promise<{ status: number; paths: readonly string[] }>;
beforeAll(async () => {
  const { app } = testApp((await testService()).service);
  ask = async (path, init) => {
    const response = await app.request(path, init);
    const text = await response.text();
    const { errors = [] } = (response.status === 200 ? {} : JSON.parse(text)) as {
      errors?: readonly { path: string }[];
    };
    return { status: response.status, paths: errors.map((error) => error.path) };
  };
});
/** The statuses with which the API may answer a request that exceeds no limit. */
const ACCEPTED = [200, 404, 422];

/** A limit of a field: the path of the field, a value at the limit and a value above it. */
interface Limit {
  readonly path: readonly (string | number)[];
  readonly most: unknown;
  readonly over: unknown;
}

function* limitsOf(given: Node, path: readonly (string | number)[] = []): Generator<Limit> {
  const node = resolved(given);
  const { maxLength, maxItems, maximum, items = {}, properties = {} } = node;
  const list = (length: number): unknown[] => Array.from({ length }, () => smallest(items));
  if (maxLength !== undefined) yield { path, most: 'x'.repeat(maxLength), over: 'x'.repeat(maxLength + 1) };
  if (maxItems !== undefined) yield { path, most: list(maxItems), over: list(maxItems + 1) };
  // JavaScript's safe integer limit is not a limit of the API.
  if (maximum !== undefined && maximum < 2 ** 53 - 1) yield { path, most: maximum, over: maximum + 1 };
  if (node.items !== undefined) yield* limitsOf(items, [...path, 0]);
  for (const [name, property] of Object.entries(properties)) yield* limitsOf(property, [...path, name]);
}

/** The smallest value that a schema accepts. */
function smallest(given: Node): unknown {
  const { type, properties = {}, required = [] } = resolved(given);
  if (type === 'string') return 'x';
  if (type === 'integer' || type === 'number') return 1;
  if (type === 'array') return [smallest(resolved(given).items ?? {})];
  return Object.fromEntries(required.map((name) => [name, smallest(properties[name]!)]));
}

/** The value with `put` at a path; optional fields on the way there get their smallest value. */
function withValue(schema: Node, value: unknown, [step, ...rest]: Limit['path'], put: unknown): unknown {
  if (step === undefined) return put;
  const { items = {}, properties = {} } = resolved(schema);
  if (Array.isArray(value)) return value.with(Number(step), withValue(items, value[Number(step)], rest, put));
  const object = (value ?? {}) as Readonly<Record<string, unknown>>;
  const property = properties[step] ?? {};
  const inner = object[step] ?? (rest.length === 0 ? undefined : smallest(property));
  return { ...object, [step]: withValue(property, inner, rest, put) };
}

const BODIES = Object.entries(document.paths).flatMap(([path, { post }]) => {
  const schema = post?.requestBody?.content['application/json'].schema;
  return schema === undefined ? [] : [{ path, schema }];
});

describe('the API enforces exactly the limits of the OpenAPI document', () => {
  for (const { path, schema } of BODIES) {
    for (const limit of limitsOf(schema)) {
      it(`for ${limit.path.join('.')} of POST ${path}`, async () => {
        const body = { ...(smallest(schema) as object), question: 'item1?' };
        const most = await ask(path, posted(withValue(schema, body, limit.path, limit.most)));
        expect(ACCEPTED, JSON.stringify(most)).toContain(most.status);
        const over = await ask(path, posted(withValue(schema, body, limit.path, limit.over)));
        expect(over).toMatchObject({ status: 400, paths: [limit.path.join('.')] });
      });
    }
  }

  for (const [path, { get }] of Object.entries(document.paths)) {
    for (const { name, schema } of get?.parameters ?? []) {
      for (const { most, over } of limitsOf(schema)) {
        it(`for ${name} of GET ${path}`, async () => {
          const url = (value: unknown): string =>
            `${path}?${new URLSearchParams({ q: 'x', [name]: name === 'filter' ? filterText(value) : String(value) })}`;
          const kept = await ask(url(most), {});
          expect(ACCEPTED, JSON.stringify(kept)).toContain(kept.status);
          expect(await ask(url(over), {})).toMatchObject({ status: 400, paths: [name] });
        });
      }
    }
  }
  /** Returns a filter as JSON, padded to the length of the given value. */
  const filterText = (value: unknown): string => '{"and":[]}'.padEnd(String(value).length, ' ');

  const condition = { field: 'year', op: 'eq', value: 1 };
  const inList = (length: number): object => ({ field: 'year', op: 'in', value: Array(length).fill(1) });
  const together = (values: number, most: number): object => ({
    or: Array.from({ length: Math.ceil(values / most) }, (_, list) =>
      inList(Math.min(most, values - list * most)),
    ),
  });
  const nested = (levels: number): object =>
    Array.from({ length: levels }).reduce<object>((filter) => ({ and: [filter] }), condition);
  const FILTERS: Readonly<Record<string, (limit: number) => object>> = {
    depth: nested,
    parts: (limit) => ({ or: Array(limit - 1).fill(condition) }),
    values: (limit) => together(limit, 1_000),
  };
  for (const [name, limit] of Object.entries(document.components.schemas.Filter!['x-limits']!)) {
    it(`for the ${name} of a filter`, async () => {
      const filter = FILTERS[name]!;
      const kept = await ask('/retrieve', posted({ question: 'x', filter: filter(limit) }));
      expect(kept.status).toBe(200);
      const over = await ask('/retrieve', posted({ question: 'x', filter: filter(limit + 1) }));
      expect(over).toMatchObject({ status: 400, paths: [expect.stringMatching(/^filter\b/)] });
    });
  }

  it('for the number of values in a filter condition and for the length of a value', async () => {
    const [single, list] = (
      document.components.schemas.Filter as unknown as {
        oneOf: { properties: { value: Node & { anyOf?: Node[] } } }[];
      }
    ).oneOf;
    const length = single!.properties.value.anyOf![0]!.maxLength!;
    const items = list!.properties.value.maxItems!;
    const filters = (more: number): object[] => [
      { field: 'tags', op: 'eq', value: 'x'.repeat(length + more) },
      inList(items + more),
    ];
    for (const filter of filters(0))
      expect((await ask('/retrieve', posted({ question: 'x', filter }))).status).toBe(200);
    for (const filter of filters(1)) {
      const over = await ask('/retrieve', posted({ question: 'x', filter }));
      expect(over).toMatchObject({ status: 400, paths: ['filter.value'] });
    }
  });

  const metadata = (values: number): object => ({
    question: 'x',
    // These nine values also count: body, question, chunk list, chunk, id, documentId, text, metadata and list.
    chunks: [{ id: 'a', documentId: 'a', text: 'x', metadata: { list: Array(values - 9).fill(1) } }],
  });
  const deep = (levels: number): object => ({
    question: 'x',
    chunks: [
      {
        id: 'a',
        documentId: 'a',
        text: 'x',
        metadata: { a: JSON.parse('['.repeat(levels - 4) + ']'.repeat(levels - 4)) },
      },
    ],
  });
  const WHOLE: Readonly<Record<string, (limit: number) => string>> = {
    bytes: (limit) => '{"question":"x"}'.padEnd(limit, ' '),
    depth: (limit) => JSON.stringify(deep(limit)),
    values: (limit) => JSON.stringify(metadata(limit)),
  };
  for (const [name, limit] of Object.entries(document['x-limits'].body)) {
    it(`for the ${name} of a body`, async () => {
      const body = WHOLE[name]!;
      const path = name === 'bytes' ? '/retrieve' : '/generate';
      expect((await ask(path, posted(body(limit)))).status).toBe(200);
      const over = await ask(path, posted(body(limit + 1)));
      expect(over).toMatchObject(name === 'bytes' ? { status: 413 } : { status: 400, paths: [''] });
    });
  }
});
