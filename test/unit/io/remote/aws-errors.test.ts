import { describe, expect, it } from 'vitest';
import { awsFailure, retryAfterMs, type ServiceContext } from '../../../../src/io/remote/index.ts';

const context: ServiceContext = { failedCode: 'EMBEDDER_FAILED', service: 'Bedrock model m', model: 'm' };
const sdkError = (name: string, message: string, httpStatusCode?: number) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

describe('awsFailure', () => {
  it.each([
    ['ThrottlingException', 'Too many requests', 429, 'THROTTLED', true],
    ['throttlingException', 'Too many requests', undefined, 'THROTTLED', true],
    ['ServiceQuotaExceededException', 'Too much', 400, 'THROTTLED', false],
    ['AccessDeniedException', 'not authorized', 403, 'ACCESS_DENIED', false],
    ['UnrecognizedClientException', 'security token invalid', 403, 'ACCESS_DENIED', false],
    ['ExpiredTokenException', 'expired', 403, 'ACCESS_DENIED', false],
    ['CredentialsProviderError', 'Could not load credentials', undefined, 'CREDENTIALS_MISSING', false],
    ['ResourceNotFoundException', 'no such model', 404, 'MODEL_NOT_FOUND', false],
    ['ValidationException', 'The provided model identifier is invalid.', 400, 'MODEL_NOT_FOUND', false],
    ['ValidationException', 'Too many input tokens', 400, 'EMBEDDER_FAILED', false],
    ['InternalServerException', 'oops', 500, 'EMBEDDER_FAILED', true],
    ['SomethingNew', 'oops', 503, 'EMBEDDER_FAILED', true],
    ['SomethingNew', 'oops', 400, 'EMBEDDER_FAILED', false],
    ['SomethingNew', 'slow down', 429, 'THROTTLED', true],
  ])('maps %s (message %s, status %s) to %s with retryable %s', (name, message, status, code, retryable) => {
    const failure = awsFailure(sdkError(name, message, status), context);
    expect(failure.code).toBe(code);
    expect(failure.fields.retryable).toBe(retryable);
    expect(failure.message).not.toContain(message);
    expect(failure.upstream).toBe(message);
    expect(failure.remedy).toMatch(/\.$/);
  });

  it('reports a missing region as a configuration error', () => {
    expect(awsFailure(new Error('Region is missing'), context).code).toBe('INVALID_CONFIG');
  });

  it('reports a damaged response as not retryable and a broken connection as retryable', () => {
    const damaged = awsFailure(new Error('The message checksum (1) did not match (2)'), context);
    expect(damaged.fields.retryable).toBe(false);
    const broken = awsFailure(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), context);
    expect(broken).toMatchObject({ code: 'EMBEDDER_FAILED', fields: { retryable: true } });
    expect(broken.message).toContain('ECONNRESET');
  });
});

describe('Retry-After', () => {
  it.each([
    [null, undefined],
    ['', undefined],
    ['2', 2000],
    ['0.5', 500],
    ['-1', 0],
    ['Thu, 01 Jan 1970 00:00:10 GMT', 10_000],
    ['soon', undefined],
  ])('parses %s as %s ms', (header, expected) => {
    expect(retryAfterMs(header, 0)).toBe(expected);
  });
});
