import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Access, guarded } from '../../../io/http-server/index.ts';
import { openObjectFolder } from '../../../io/storage/index.ts';
import type { Accounts, RequestKind } from '../accounting.ts';
import { environmentOf } from '../credentials.ts';
import type { StorageModel } from '../storage-model/index.ts';
import { type ObjectChange, type S3Answer, S3Context, xmlAnswer } from './context.ts';
import { s3Answer } from './errors.ts';
import { accessKeyIn, checkSigned, readRequest } from './request.ts';
import { S3Router } from './routes.ts';

const KEEP_ALIVE_MS = 120_000;

export interface S3ServerOptions {
  /** Folder of each bucket; a missing folder is an empty bucket. */
  readonly buckets: Readonly<Record<string, string>>;
  readonly model: StorageModel;
  readonly accounts: Accounts;
  readonly access: Access;
  /** Called after every write or deletion of an object. */
  readonly onChange: (change: ObjectChange) => void;
}

/**
 * Creates an S3 server over folders, not yet listening. Requests must be signed; signatures are not verified.
 */
export async function createS3Server(
  options: S3ServerOptions,
): Promise<{ readonly server: Server; readonly context: S3Context }> {
  const opened = Object.entries(options.buckets).map(
    async ([name, path]) => [name, await openObjectFolder(path)] as const,
  );
  const context = new S3Context(new Map(await Promise.all(opened)), options.onChange);
  const router = new S3Router(context);
  const server = createServer(
    guarded(options.access, (incoming, outgoing) => void serve(incoming, outgoing, router, options)),
  );
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // No time limit, because large objects take long to transfer.
  server.requestTimeout = 0;
  server.on('close', () => void context.uploads.abortAll());
  return { server, context };
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  router: S3Router,
  { model, accounts }: S3ServerOptions,
): Promise<void> {
  const kind = kindOf(incoming);
  const entry = accounts.of(environmentOf(accessKeyIn(incoming) ?? '')).started(kind);
  const exchange = model.open(incoming, outgoing, ({ status, bytes }) => {
    const isContent = kind === 'reads' && (status === 200 || status === 206);
    entry.ended(isContent ? bytes : 0, kind === 'writes' ? sentBytes(incoming) : 0);
  });
  if (exchange.isRefused) return exchange.refuse();
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  const answer = await answerTo(incoming, router, requestId);
  // Discards the rest of a rejected upload. Unread data would block the connection.
  incoming.resume();
  try {
    const headers = { ...answer.headers, 'x-amz-request-id': requestId };
    const length = answer.body === undefined ? 0 : (answer.length ?? 0);
    await exchange.respond(answer.status, withLength(headers, answer, length), answer.body ?? [], length);
  } finally {
    await answer.close?.();
  }
}

async function answerTo(incoming: IncomingMessage, router: S3Router, requestId: string): Promise<S3Answer> {
  try {
    const request = readRequest(incoming);
    checkSigned(request);
    return await router.run(request, requestId);
  } catch (error) {
    const { awsCode, status, message, details } = s3Answer(error);
    const content = { Code: awsCode, Message: message, Resource: incoming.url, ...details };
    const answer = xmlAnswer('Error', { ...content, RequestId: requestId, HostId: 'laptop' }, status, '');
    // An error response to a HEAD has no body. (A 304 is not an error: the operation creates it.)
    return incoming.method === 'HEAD' ? { status } : answer;
  }
}

const withLength = (headers: object, { status }: S3Answer, length: number) =>
  'content-length' in headers || status === 204 || status === 304
    ? { ...headers }
    : { ...headers, 'content-length': length };

/** The kind of a request, from its method and path only, so that rejected requests are counted, too. */
function kindOf({ method, url = '' }: IncomingMessage): RequestKind {
  const [path = '', query = ''] = url.split('?', 2);
  if (method === 'DELETE' || (method === 'POST' && /(?:^|&)delete(?:[=&]|$)/.test(query))) return 'deletes';
  if (method === 'PUT' || method === 'POST') return 'writes';
  return method === 'HEAD' || /^\/[^/]+\/./.test(path) ? 'reads' : 'lists';
}

const sentBytes = ({ headers }: IncomingMessage): number =>
  Number(headers['x-amz-decoded-content-length'] ?? headers['content-length'] ?? 0) || 0;
