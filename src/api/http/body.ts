import { HttpProblem } from './problem.ts';

/** Limits of a request body. */
export const BODY_LIMITS = {
  /** Maximum bytes: far more than any question needs. API Gateway accepts 10 MB and Lambda 6 MB. */
  bytes: 1_000_000,
  /** Maximum nesting depth: one level more than a filter may have. Deeper recursion would need more stack. */
  depth: 36,
  /** Maximum number of values. Many small values take longer to parse than their bytes suggest. */
  values: 10_000,
} as const;

/** Reads a JSON body. @throws HttpProblem for another media type, too many bytes or invalid JSON */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(type)) {
    throw new HttpProblem(
      'UNSUPPORTED_MEDIA_TYPE',
      type === '' ? 'The body has no media type.' : `The body is '${type.slice(0, 100)}'.`,
      { remedy: 'Send JSON with content-type: application/json.' },
    );
  }
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  if (!/^identity$/i.test(encoding)) {
    throw new HttpProblem('UNSUPPORTED_MEDIA_TYPE', `The body is encoded as '${encoding.slice(0, 100)}'.`, {
      remedy: 'Send it unencoded, without content-encoding.',
    });
  }
  const bytes = await readBytes(request);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new HttpProblem('INVALID_BODY', 'The body is not UTF-8.');
  }
  const excess = excessOf(text);
  if (excess !== undefined) {
    throw new HttpProblem('INVALID_BODY', `The body ${excess}.`, {
      errors: [{ path: '', message: excess }],
    });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new HttpProblem('INVALID_BODY', `The body is not JSON: ${(error as Error).message.slice(0, 200)}.`);
  }
}

async function readBytes(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > BODY_LIMITS.bytes) throw tooLarge();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of request.body ?? []) {
      length += part.length;
      if (length > BODY_LIMITS.bytes) throw tooLarge();
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    // The client disconnected, which is not a server error.
    throw new HttpProblem('INVALID_BODY', 'The body ended early.');
  }
  return Buffer.concat(parts, length);
}

/** Returns why JSON is too deep or too large, else undefined. Takes linear time and runs before parsing. */
export function excessOf(text: string): string | undefined {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at++) {
    const unit = text[at];
    if (unit === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
    } else if (unit === '{' || unit === '[') {
      values++;
      if (++depth > BODY_LIMITS.depth) return `is nested deeper than ${BODY_LIMITS.depth} levels`;
    } else if (unit === '}' || unit === ']') depth--;
    else if (unit === ',') values++;
    if (values > BODY_LIMITS.values) return `contains more than ${BODY_LIMITS.values} values`;
  }
  return undefined;
}

const tooLarge = (): HttpProblem =>
  new HttpProblem('BODY_TOO_LARGE', `The body is larger than ${BODY_LIMITS.bytes} bytes.`, {
    remedy: 'Send fewer or shorter chunks.',
  });
