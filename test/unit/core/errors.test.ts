import { describe, expect, it } from 'vitest';
import { asSragError, isErrorCode, messageOf, SragError, throwIfAborted } from '../../../src/core/index.ts';

describe('SragError', () => {
  it('carries its code, message, remedy, fields and cause', () => {
    const cause = new Error('refused');
    const error = new SragError('PATH_NOT_FOUND', 'There is no x.', {
      remedy: 'Check it.',
      fields: { path: 'x' },
      upstream: 'ENOENT: x',
      cause,
    });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'SragError', code: 'PATH_NOT_FOUND', message: 'There is no x.' });
    expect(error.cause).toBe(cause);
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'PATH_NOT_FOUND',
      message: 'There is no x.',
      upstream: 'ENOENT: x',
      remedy: 'Check it.',
      fields: { path: 'x' },
    });
  });

  it('omits absent properties from its JSON', () => {
    const error = new SragError('CANCELLED', 'Cancelled.');
    expect(error.toJSON()).toEqual({ code: 'CANCELLED', message: 'Cancelled.', fields: {} });
    expect('cause' in error).toBe(false);
    expect(Object.keys(error.toJSON())).toEqual(['code', 'message', 'fields']);
  });

  it('redacts secrets in all of its texts', () => {
    const secret = 'hunter2hunter2';
    const text = `password: ${secret}`;
    const error = new SragError('REMOTE_FAILED', text, { remedy: text, upstream: text, fields: { text } });
    expect(JSON.stringify(error)).not.toContain(secret);
    expect(error.message).toMatch(/^password: \(hidden\)$/);
  });

  it.each([
    ['INVALID_ARGUMENT', 'usage'],
    ['FILE_DAMAGED', 'input'],
    ['NO_INDEX', 'state'],
    ['THROTTLED', 'service'],
  ] as const)('derives its class from its code: %s is of class %s', (code, ofClass) => {
    expect(new SragError(code, 'x').class).toBe(ofClass);
  });

  it('has a code from a fixed set', () => {
    expect(isErrorCode('INTERNAL')).toBe(true);
    for (const text of ['internal', 'toString', '']) expect(isErrorCode(text)).toBe(false);
  });
});

describe('a thrown value', () => {
  it('is converted to a message', () => {
    expect(messageOf(new TypeError('no'))).toBe('no');
    expect(messageOf('text')).toBe('text');
    expect(messageOf(undefined)).toBe('undefined');
  });

  it('is wrapped once in a SragError with the context and its message, and becomes the cause', () => {
    const known = new SragError('NO_INDEX', 'None.');
    expect(asSragError(known, 'INTERNAL', 'x')).toBe(known);
    const thrown = new Error('no');
    const wrapped = asSragError(thrown, 'EMBEDDER_FAILED', 'Embedding');
    expect(wrapped).toMatchObject({ code: 'EMBEDDER_FAILED', message: 'Embedding: no' });
    expect(wrapped.cause).toBe(thrown);
    expect(asSragError('no')).toMatchObject({ code: 'INTERNAL', message: 'no' });
  });
});

describe('an aborted signal', () => {
  it('makes throwIfAborted throw CANCELLED with its reason as cause; other signals do not', () => {
    expect(() => throwIfAborted(undefined)).not.toThrow();
    expect(() => throwIfAborted(new AbortController().signal)).not.toThrow();
    const reason = new Error('left');
    expect(() => throwIfAborted(AbortSignal.abort(reason))).toThrow(
      expect.objectContaining({ code: 'CANCELLED', message: 'Cancelled.', cause: reason }),
    );
  });
});
