import { HttpProblem } from './problem.ts';

/** Largest body, in bytes; API Gateway takes 10 MB and Lambda 6, no question is near that. */
export const MAX_BODY_BYTES = 1_000_000;
/** Deeper JSON is no request of this API, and recursion over it costs stack. */
export const MAX_DEPTH = 32;

/** The JSON body of a request. @throws HttpProblem for another media type, too many bytes, or what is not JSON. */
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
      remedy: 'Send it as it is, without content-encoding.',
    });
  }
  const bytes = await readBytes(request);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new HttpProblem('INVALID_BODY', 'The body is not UTF-8.');
  }
  if (depthOf(text) > MAX_DEPTH)
    throw new HttpProblem('INVALID_BODY', `The body is nested deeper than ${MAX_DEPTH} levels.`);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new HttpProblem('INVALID_BODY', `The body is not JSON: ${(error as Error).message.slice(0, 200)}.`);
  }
}

async function readBytes(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of request.body ?? []) {
      length += part.length;
      if (length > MAX_BODY_BYTES) throw tooLarge();
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    // Whoever sent it has left in the middle, which is nobody's fault here.
    throw new HttpProblem('INVALID_BODY', 'The body did not come whole.');
  }
  return Buffer.concat(parts, length);
}

/** How deep brackets are nested outside of strings: known before anything is parsed. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text[at];
    if (unit === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
    } else if (unit === '{' || unit === '[') deepest = Math.max(deepest, ++depth);
    else if (unit === '}' || unit === ']') depth--;
  }
  return deepest;
}

const tooLarge = (): HttpProblem =>
  new HttpProblem('BODY_TOO_LARGE', `The body is larger than ${MAX_BODY_BYTES} bytes.`, {
    remedy: 'Send fewer or shorter chunks.',
  });
