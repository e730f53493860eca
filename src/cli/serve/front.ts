import type { IncomingMessage, ServerResponse } from 'node:http';
import { SragError } from '../../core/index.ts';
import { answerCors } from '../../io/http-server/index.ts';
import { servePage } from './page/page.ts';

/** Answers a request before the API does; false where the API is to answer. */
export type Front = (request: IncomingMessage, response: ServerResponse) => boolean;

/** The page at `/`, and preflight requests of the given origins. */
export const frontOf =
  (origins: readonly string[]): Front =>
  (request, response) =>
    answerCors(request, response, origins) || servePage(request, response);

/** Origins as browsers send them. @throws INVALID_ARGUMENT for what is no origin, `*` among it */
export function checkOrigins(origins: readonly string[] = []): readonly string[] {
  for (const origin of origins) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue;
    throw new SragError('INVALID_ARGUMENT', `--cors-origin '${origin}' is not the origin of web pages.`, {
      remedy: 'Name scheme, host and port only, for example --cors-origin https://app.example.',
      fields: { field: 'cors-origin', value: origin },
    });
  }
  return origins;
}
