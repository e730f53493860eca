import { SragError } from '../../core/index.ts';

const PREFIX = 'AKIALAPTOP';
/** What stands between slashes in a signed request, so it may hold none. */
const ENVIRONMENT = /^[A-Za-z0-9_.-]{1,100}$/;

/** The environment of requests that were signed with any other key: of the user's own programs. */
export const OUTSIDE = '';

/** Credentials of one execution environment: the laptop's services know by them who asked, and verify nothing. */
export interface LaptopCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Credentials to give to an execution environment. @throws INVALID_ARGUMENT for an id that cannot stand in a request */
export function laptopCredentials(environmentId: string): LaptopCredentials {
  if (!ENVIRONMENT.test(environmentId)) {
    throw new SragError('INVALID_ARGUMENT', `'${environmentId}' cannot name an execution environment.`, {
      remedy: 'Use 1 to 100 letters, digits, dots, hyphens and underscores.',
      fields: { field: 'environmentId', value: environmentId },
    });
  }
  return { accessKeyId: PREFIX + environmentId, secretAccessKey: 'a-laptop-has-no-secret' };
}

/** The execution environment whose credentials have this access key id, or {@link OUTSIDE}. */
export const environmentOf = (accessKeyId: string): string =>
  accessKeyId.startsWith(PREFIX) ? accessKeyId.slice(PREFIX.length) : OUTSIDE;

/** The access key id of a request's Authorization header (Signature Version 4), or undefined. */
export const accessKeyOf = (authorization: string | undefined): string | undefined =>
  authorization?.startsWith('AWS4-HMAC-SHA256 ')
    ? /[ ,]Credential=([^/\s,]+)\/\d{8}\/[^/\s,]+\/[^/\s,]+\/aws4_request/.exec(authorization)?.[1]
    : undefined;
