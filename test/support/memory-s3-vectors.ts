import { dotProduct } from '../../src/core/index.ts';
import { type LocalServer, startHttpServer } from './http-server.ts';

interface Stored {
  readonly key: string;
  readonly data: { readonly float32: readonly number[] };
}
type Input = Readonly<Record<string, unknown>> & { readonly indexName: string };

/** A server of S3 Vectors in memory with one vector bucket, without filters and pages, for vectors of unit length. */
export function startMemoryS3Vectors(): Promise<LocalServer> {
  const indexes = new Map<string, Map<string, Stored>>();
  return startHttpServer(({ rawPath, body }, response) => {
    const found = answerOf(indexes, rawPath.slice(1), JSON.parse(body));
    response.writeHead(found === undefined ? 404 : 200, { 'x-amzn-errortype': 'NotFoundException' });
    response.end(JSON.stringify(found ?? { message: 'The specified index could not be found' }));
  });
}

function answerOf(
  indexes: Map<string, Map<string, Stored>>,
  operation: string,
  input: Input,
): object | undefined {
  if (operation === 'CreateIndex') {
    indexes.set(input.indexName, new Map());
    return {};
  }
  const index = indexes.get(input.indexName);
  if (index === undefined) return undefined;
  if (operation === 'PutVectors')
    for (const vector of input.vectors as readonly Stored[]) index.set(vector.key, vector);
  if (operation === 'ListVectors') return { vectors: [...index.keys()].map((key) => ({ key })) };
  if (operation !== 'QueryVectors') return {};
  const query = Float32Array.from((input.queryVector as Stored['data']).float32);
  const distances = [...index.values()].map(({ key, data }) => ({
    key,
    distance: 1 - dotProduct(query, Float32Array.from(data.float32)),
  }));
  distances.sort((left, right) => left.distance - right.distance);
  return { vectors: distances.slice(0, Number(input.topK)) };
}
