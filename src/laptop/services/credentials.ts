import { SragError } from '../../core/index.ts';

const PREFIX = 'AKIALAPTOP';
/** Ids appear between slashes in signed requests, so they must not contain slashes. */
const ENVIRONMENT = /^[A-Za-z0-9_.-]{1,100}$/;

/** Environment id of requests signed with other keys, such as those of the user's programs. */
export const OUTSIDE = '';

/**
 * Credentials of one execution environment. Services identify the caller by them and do not verify
 * signatures.
 */
export interface LaptopCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Creates the credentials of an execution environment.
 * @throws INVALID_ARGUMENT for an id that is invalid in a request
 */
export function laptopCredentials(environmentId: string): LaptopCredentials {
  if (!ENVIRONMENT.test(environmentId)) {
    throw new SragError('INVALID_ARGUMENT', `'${environmentId}' is not a valid execution environment id.`, {
      remedy: 'Use 1 to 100 letters, digits, dots, hyphens and underscores.',
      fields: { field: 'environmentId', value: environmentId },
    });
  }
  return { accessKeyId: PREFIX + environmentId, secretAccessKey: 'a-laptop-has-no-secret' };
}

/** The execution environment that uses an access key id; {@link OUTSIDE} for any other key. */
export const environmentOf = (accessKeyId: string): string =>
  accessKeyId.startsWith(PREFIX) ? accessKeyId.slice(PREFIX.length) : OUTSIDE;

/** The access key id in a request's Authorization header (Signature Version 4), or undefined. */
export const accessKeyOf = (authorization: string | undefined): string | undefined =>
  authorization?.startsWith('AWS4-HMAC-SHA256 ')
    ? /[ ,]Credential=([^/\s,]+)\/\d{8}\/[^/\s,]+\/[^/\s,]+\/aws4_request/.exec(authorization)?.[1]
    : undefined;
