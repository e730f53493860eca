import type { IncomingMessage, ServerResponse } from 'node:http';
import { SragError } from '../../core/index.ts';
import { answerCors } from '../../io/http-server/index.ts';
import { servePage } from './page/page.ts';

/** Answers a request before the API does; returns false to pass it on to the API. */
export type Front = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Serves the page at `/`, and preflight requests from the given origins. */
export const frontOf =
  (origins: readonly string[]): Front =>
  (request, response) =>
    answerCors(request, response, origins) || servePage(request, response);

/** Validates origins as browsers send them. @throws INVALID_ARGUMENT for anything else, including `*` */
export function checkOrigins(origins: readonly string[] = []): readonly string[] {
  for (const origin of origins) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue;
    throw new SragError('INVALID_ARGUMENT', `--cors-origin '${origin}' is not a valid origin.`, {
      remedy: 'Use only scheme, host and port, for example --cors-origin https://app.example.',
      fields: { field: 'cors-origin', value: origin },
    });
  }
  return origins;
}
