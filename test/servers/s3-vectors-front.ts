import { type LocalServer, startHttpServer } from '../support/http-server.ts';

/** Rows of an index in S3Mock, which returns at most 100 results. */
const SHARD_ROWS = 100;
const PAGE = 100;
/** Limits of Amazon S3 Vectors that S3Mock does not check. */
const [MAX_TOP_K, MAX_PUT_VECTORS, MAX_PUT_BYTES] = [10_000, 500, 20 * 1_024 * 1_024];
const NUMBER_OPERATORS = ['$gt', '$gte', '$lt', '$lte'];
const LIST_OPERATORS = ['$in', '$nin'];
const OPERATORS = ['$eq', '$ne', '$exists', ...NUMBER_OPERATORS, ...LIST_OPERATORS];

interface Answer {
  readonly status: number;
  readonly json: { vectors?: { key: string; distance?: number }[]; [name: string]: unknown };
}
type Input = Readonly<Record<string, unknown>> & { readonly indexName: string };

/**
 * A server in front of S3Mock that pages as Amazon S3 Vectors does and refuses what that refuses. Each index is stored
 * as several indexes of 100 rows, because S3Mock returns at most 100 results. Keys must be row numbers.
 */
export function startS3VectorsFront(target: string): Promise<LocalServer> {
  const front = new Front(target);
  return startHttpServer(async ({ rawPath, body }, response) => {
    const { status, json } = await front.answer(rawPath.slice(1), JSON.parse(body));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  });
}

class Front {
  readonly #target: string;
  /** Definition of each index and the number of indexes that it is stored as. */
  readonly #indexes = new Map<string, { readonly definition: Input; shards: number }>();

  constructor(target: string) {
    this.#target = target;
  }

  async answer(operation: string, input: Input): Promise<Answer> {
    const index = this.#indexes.get(input.indexName);
    if (operation === 'CreateIndex') return this.#create(input);
    if (index === undefined) return this.#send(operation, { ...input, topK: input.topK && 1 });
    if (operation === 'PutVectors') return this.#put(input, index);
    if (operation === 'QueryVectors') return this.#query(input, index.shards);
    if (operation === 'ListVectors') {
      const shard = Number(input.nextToken ?? 0);
      const { status, json } = await this.#send(operation, {
        ...ofShard(input, shard),
        nextToken: undefined,
      });
      return { status, json: { ...json, ...(shard + 1 < index.shards && { nextToken: String(shard + 1) }) } };
    }
    if (operation === 'DeleteIndex') {
      this.#indexes.delete(input.indexName);
      for (let shard = 1; shard < index.shards; shard++) await this.#send(operation, ofShard(input, shard));
    }
    return this.#send(operation, input);
  }

  async #create(definition: Input): Promise<Answer> {
    const answer = await this.#send('CreateIndex', definition);
    if (answer.status === 200) this.#indexes.set(definition.indexName, { definition, shards: 1 });
    return answer;
  }

  async #put(input: Input, index: { definition: Input; shards: number }): Promise<Answer> {
    const vectors = input.vectors as readonly { readonly key: string; readonly metadata: object }[];
    if (vectors.length > MAX_PUT_VECTORS || JSON.stringify(input).length > MAX_PUT_BYTES)
      return refused('too many vectors or bytes');
    const byShard = Map.groupBy(vectors, ({ key }) => Math.floor(Number(key) / SHARD_ROWS));
    const shards = Math.max(index.shards, 1 + Math.max(...byShard.keys()));
    for (; index.shards < shards; index.shards++)
      await this.#send('CreateIndex', ofShard(index.definition, index.shards));
    for (const [shard, part] of byShard) {
      const answer = await this.#send('PutVectors', { ...ofShard(input, shard), vectors: part });
      if (answer.status !== 200) return answer;
    }
    return { status: 200, json: {} };
  }

  async #query(input: Input, shards: number): Promise<Answer> {
    const topK = Number(input.topK);
    if (topK > MAX_TOP_K) return refused('topK');
    if (input.filter !== undefined && !isAccepted(input.filter)) return refused('filter');
    const request = { ...input, topK: Math.min(topK, SHARD_ROWS), nextToken: undefined };
    const answers = await Promise.all(
      Array.from({ length: shards }, (_, shard) => this.#send('QueryVectors', ofShard(request, shard))),
    );
    const failed = answers.find((answer) => answer.status !== 200);
    if (failed !== undefined) return failed;
    const found = answers.flatMap(({ json }) => json.vectors ?? []);
    found.sort((left, right) => left.distance! - right.distance!);
    const from = Number(input.nextToken ?? 0);
    const vectors = found.slice(from, Math.min(from + PAGE, topK));
    const isLast = from + PAGE >= Math.min(found.length, topK);
    return {
      status: 200,
      json: { vectors, distanceMetric: 'cosine', ...(isLast ? {} : { nextToken: String(from + PAGE) }) },
    };
  }

  async #send(operation: string, input: object): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    const request = { method: 'POST', headers, body: JSON.stringify(input) };
    const response = await fetch(`${this.#target}/${operation}`, request);
    const text = await response.text();
    return { status: response.status, json: text === '' ? {} : JSON.parse(text) };
  }
}

const ofShard = (input: Input, shard: number): Input => ({
  ...input,
  indexName: shard === 0 ? input.indexName : `${input.indexName}-${shard}`,
});

/** Whether Amazon S3 Vectors accepts a filter, as documented; S3Mock accepts every filter. */
function isAccepted(filter: unknown): boolean {
  if (typeof filter !== 'object' || filter === null) return false;
  const entries = Object.entries(filter);
  return entries.every(([key, value]) => {
    if (key === '$and' || key === '$or')
      return Array.isArray(value) && value.length > 0 && value.every(isAccepted);
    return Object.entries(value as object).every(([operator, operand]) => {
      if (!OPERATORS.includes(operator)) return false;
      if (LIST_OPERATORS.includes(operator)) return Array.isArray(operand) && operand.length > 0;
      return !NUMBER_OPERATORS.includes(operator) || typeof operand === 'number';
    });
  });
}

const refused = (what: string): Answer => ({
  status: 400,
  json: { __type: 'com.amazonaws.s3vectors#ValidationException', message: `Refused: ${what}.` },
});
