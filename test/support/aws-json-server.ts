import aws4 from 'aws4';
import { type LocalServer, type RecordedRequest, startHttpServer } from './http-server.ts';

export const TEST_AWS_KEY = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'example',
  sessionToken: 'token',
} as const;

/** A fault injected into one request. `wait` answers correctly, but only after `until`. */
export type AwsFault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly type?: string;
      readonly message?: string;
      readonly header?: boolean;
    }
  | { readonly kind: 'hang-up' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'body'; readonly body: string; readonly headers?: Record<string, string> }
  | { readonly kind: 'cut' }
  | { readonly kind: 'wait'; readonly until: Promise<unknown> };

type Attribute = Readonly<Record<string, unknown>>;

/** A local server that speaks the wire protocol of DynamoDB (GetItem, PutItem) and SSM (GetParametersByPath). */
export interface AwsJsonServer extends LocalServer {
  /** Each request consumes one fault; without faults, requests succeed. */
  readonly faults: AwsFault[];
  /** Tables by name; items by their `key`. */
  readonly tables: Map<string, Map<string, Readonly<Record<string, Attribute>>>>;
  /** Parameters by full name. */
  readonly parameters: Map<string, string>;
  /** Parameters per page; the maximum of SSM is 10. */
  pageSize: number;
}

/** Settings that connect a client to the server. */
export const awsJsonSettings = (server: LocalServer) => ({
  region: 'eu-central-1',
  endpoint: server.url,
  credentials: TEST_AWS_KEY,
});

export async function startAwsJsonServer(): Promise<AwsJsonServer> {
  const faults: AwsFault[] = [];
  const tables: AwsJsonServer['tables'] = new Map();
  const parameters = new Map<string, string>();
  const state = { pageSize: 10 };
  const server = await startHttpServer(async (request, response) => {
    const fault = faults.shift();
    if (fault?.kind === 'hang-up') return void response.destroy();
    if (fault?.kind === 'silence') return;
    if (fault?.kind === 'body') return void response.writeHead(200, fault.headers ?? {}).end(fault.body);
    if (fault?.kind === 'cut') {
      response.writeHead(200, { 'content-length': '5000' });
      response.write('{"Parameters": [');
      setTimeout(() => response.destroy(), 5);
      return;
    }
    if (fault?.kind === 'status') {
      const body = { message: fault.message ?? 'No.', ...(fault.header ? {} : { __type: fault.type }) };
      response
        .writeHead(
          fault.status,
          fault.header && fault.type ? { 'x-amzn-errortype': `${fault.type}:http://x/` } : {},
        )
        .end(fault.type === undefined ? '<html>' : JSON.stringify(body));
      return;
    }
    if (fault?.kind === 'wait') await fault.until;
    const { status, body } = answer(request, tables, parameters, state.pageSize);
    response.writeHead(status).end(JSON.stringify(body));
  });
  return Object.defineProperty({ ...server, faults, tables, parameters } as AwsJsonServer, 'pageSize', {
    get: () => state.pageSize,
    set: (size: number) => {
      state.pageSize = size;
    },
  });
}

interface Answer {
  readonly status: number;
  readonly body: object;
}
const refusal = (type: string, message: string): Answer => ({ status: 400, body: { __type: type, message } });

function answer(
  request: RecordedRequest,
  tables: AwsJsonServer['tables'],
  parameters: ReadonlyMap<string, string>,
  pageSize: number,
): Answer {
  const [target, operation] = String(request.headers['x-amz-target']).split('.');
  if (!isSigned(request, target === 'AmazonSSM' ? 'ssm' : 'dynamodb'))
    return refusal('com.amazon.coral.service#InvalidSignatureException', 'Not signed by this key.');
  const input = JSON.parse(request.body) as Record<string, unknown>;
  if (operation === 'GetItem') return getItem(tables, input);
  if (operation === 'PutItem') return putItem(tables, input);
  if (operation === 'GetParametersByPath') return page(parameters, pageSize, input);
  return refusal('UnknownOperationException', String(operation));
}

/** Whether the request is signed with the test key, and the signature covers all required headers. */
function isSigned(request: RecordedRequest, service: string): boolean {
  const said = String(request.headers.authorization);
  const [, region, names] = /Credential=[^/]+\/\d+\/([^/]+)\/[^,]+, SignedHeaders=([^,]+)/.exec(said) ?? [];
  if (names === undefined || region === undefined) return false;
  const signed = aws4.sign(
    {
      service,
      region,
      method: request.method,
      path: request.rawPath,
      body: request.bytes,
      host: String(request.headers.host),
      headers: Object.fromEntries(names.split(';').map((name) => [name, String(request.headers[name])])),
    },
    { accessKeyId: TEST_AWS_KEY.accessKeyId, secretAccessKey: TEST_AWS_KEY.secretAccessKey },
  );
  const isWhole = ['host', 'x-amz-date', 'x-amz-target', 'x-amz-security-token'].every((name) =>
    names.split(';').includes(name),
  );
  return isWhole && (signed.headers as Record<string, string>).Authorization === said;
}

const DYNAMODB = 'com.amazonaws.dynamodb.v20120810#';
const noTable = (): Answer => refusal(`${DYNAMODB}ResourceNotFoundException`, 'Requested resource not found');

function getItem(tables: AwsJsonServer['tables'], input: Record<string, unknown>): Answer {
  const { key } = input.Key as { key: { S: string } };
  const table = tables.get(String(input.TableName));
  if (table === undefined) return noTable();
  const item = table.get(key.S);
  return { status: 200, body: item === undefined ? {} : { Item: item } };
}

function putItem(tables: AwsJsonServer['tables'], input: Record<string, unknown>): Answer {
  const table = tables.get(String(input.TableName));
  if (table === undefined) return noTable();
  const item = input.Item as Record<string, Attribute>;
  const sizes = Object.entries(item).map(([name, { S, N, B }]) =>
    typeof B === 'string'
      ? name.length + Buffer.from(B, 'base64').length
      : name.length + Buffer.byteLength(String(S ?? N)),
  );
  if (sizes.reduce((sum, size) => sum + size, 0) > 400 * 1_024)
    return refusal(`${DYNAMODB}ValidationException`, 'Item size has exceeded the maximum allowed size');
  if (!/^\d+$/.test(String(item.expiresAt?.N)))
    return refusal(`${DYNAMODB}SerializationException`, 'expiresAt is no number');
  table.set(String(item.key?.S), item);
  return { status: 200, body: {} };
}

function page(
  parameters: ReadonlyMap<string, string>,
  pageSize: number,
  input: Record<string, unknown>,
): Answer {
  const path = String(input.Path).replace(/\/?$/, '/');
  const found = [...parameters]
    .filter(([name]) => name.startsWith(path) && !name.slice(path.length).includes('/'))
    .sort()
    .map(([Name, Value]) => ({ Name, Value, Type: 'String', Version: 1 }));
  const start = Number(input.NextToken ?? 0);
  const end = start + Math.min(pageSize, Number(input.MaxResults ?? 10));
  const more = end < found.length ? { NextToken: String(end) } : {};
  return { status: 200, body: { Parameters: found.slice(start, end), ...more } };
}
