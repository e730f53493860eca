import { type ErrorCode, messageOf, SragError } from '../../core/index.ts';
import {
  connectionFailure,
  excerpt,
  protocolFailure,
  remoteFailure,
  type ServiceContext,
} from './failure.ts';

interface Meaning {
  readonly code: ErrorCode | 'failed';
  readonly retryable: boolean;
  readonly remedy: string;
}

const throttled = (remedy: string): Meaning => ({ code: 'THROTTLED', retryable: true, remedy });
const failed = (retryable: boolean, remedy: string): Meaning => ({ code: 'failed', retryable, remedy });
const fatal = (code: ErrorCode, remedy: string): Meaning => ({ code, retryable: false, remedy });

const LOWER_RATE = "Wait, lower 'concurrency', or ask AWS for a higher quota of this model.";
const CREDENTIALS = 'Provide AWS credentials: environment variables, a profile (aws sso login), or a role.';
const REFUSED =
  'AWS refused the credentials: renew them, and check that key, secret and session token belong together.';
const LATER = 'Try again later: the service failed.';

/** Meanings of the error names of Bedrock and of the SDK's credential chain. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  ThrottlingException: throttled(LOWER_RATE),
  TooManyRequestsException: throttled(LOWER_RATE),
  ServiceQuotaExceededException: { ...throttled(LOWER_RATE), retryable: false },
  ModelNotReadyException: failed(true, 'The model is starting: try again in a minute.'),
  ModelTimeoutException: failed(true, LATER),
  ModelErrorException: failed(true, LATER),
  ModelStreamErrorException: failed(true, LATER),
  InternalServerException: failed(true, LATER),
  ServiceUnavailableException: failed(true, LATER),
  DependencyFailedException: failed(true, LATER),
  BadGatewayException: failed(true, LATER),
  ValidationException: failed(false, 'The service refused the request: the command line shows its message.'),
  ResourceNotFoundException: fatal('MODEL_NOT_FOUND', 'Check the model id and that the region offers it.'),
  AccessDeniedException: fatal(
    'ACCESS_DENIED',
    'Allow bedrock:InvokeModel, bedrock:InvokeModelWithResponseStream and bedrock:Rerank as needed, and enable the model in the account.',
  ),
  UnrecognizedClientException: fatal('ACCESS_DENIED', REFUSED),
  InvalidSignatureException: fatal('ACCESS_DENIED', REFUSED),
  InvalidClientTokenId: fatal('ACCESS_DENIED', REFUSED),
  IncompleteSignature: fatal('ACCESS_DENIED', REFUSED),
  ExpiredTokenException: fatal('ACCESS_DENIED', 'The session token has expired: sign in again.'),
  ExpiredToken: fatal('ACCESS_DENIED', 'The session token has expired: sign in again.'),
  CredentialsProviderError: fatal('CREDENTIALS_MISSING', CREDENTIALS),
  TokenProviderError: fatal('CREDENTIALS_MISSING', 'Sign in again: aws sso login.'),
};

const UNKNOWN_MODEL =
  /model identifier is invalid|on-demand throughput|end of its life|model.{0,300}not (found|supported in this region)/i;

/** Replaces anything that is not a well-formed error name, since it may contain service text. */
const safeName = (name: string): string => (/^[A-Z][A-Za-z0-9]{0,79}$/.test(name) ? name : 'an error');

/** Converts the name of an exception to Pascal case; in event streams, it is in camel case. */
const pascalCase = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

function meaningOf(name: string, message: string, status: number | undefined): Meaning | undefined {
  if (name === 'ValidationException' && UNKNOWN_MODEL.test(message)) {
    return fatal(
      'MODEL_NOT_FOUND',
      "Check the model id; some models can only be invoked by an inference profile id such as 'us.<model id>'.",
    );
  }
  const known = MEANINGS[name];
  if (known !== undefined || status === undefined) return known;
  if (status === 429) return throttled(LOWER_RATE);
  if (status === 403) return fatal('ACCESS_DENIED', REFUSED);
  return status >= 400
    ? failed(
        status >= 500,
        status >= 500 ? LATER : 'The service refused the request: the command line shows its message.',
      )
    : undefined;
}

/** Whether the service rejected the content of the request. */
const isRefusal = ({ code, retryable }: Meaning, status: number | undefined): boolean =>
  code === 'failed' && !retryable && [400, 413, 422].includes(status ?? 400);

/**
 * Converts anything that the AWS SDK throws to a `SragError`: by the service's error name, else by the HTTP
 * status, else by the kind of transport error (checksum, connection).
 */
export function awsFailure(error: unknown, context: ServiceContext): SragError {
  if (error instanceof SragError) return error;
  const facts = error as { name?: unknown; $metadata?: { httpStatusCode?: number } } | undefined;
  const name = typeof facts?.name === 'string' ? pascalCase(facts.name) : '';
  const status = facts?.$metadata?.httpStatusCode;
  const message = excerpt(messageOf(error));
  if (/region is missing/i.test(message)) {
    return new SragError('INVALID_CONFIG', `${context.service}: no AWS region is set.`, {
      remedy: "Set 'region', or AWS_REGION in the environment.",
      cause: error,
    });
  }
  const meaning = meaningOf(name, message, status);
  if (meaning !== undefined) {
    return remoteFailure(
      meaning.code === 'failed' ? context.failedCode : meaning.code,
      context,
      `${safeName(name)}${status === undefined ? '' : ` (HTTP ${status})`}.`,
      {
        words: message,
        remedy: meaning.remedy,
        status,
        retry: {
          retryable: meaning.retryable,
          refusedInput: isRefusal(meaning, status) ? true : undefined,
        },
        cause: error,
      },
    );
  }
  if (/checksum|event message|event stream|deserializ/i.test(message)) {
    return protocolFailure(context, 'the response is damaged.', { words: message, cause: error });
  }
  return connectionFailure(context, error);
}
