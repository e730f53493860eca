import { describe, expect, it } from 'vitest';
import { freezeOf } from '../../../src/cli/serve/freeze.ts';

describe('--freeze', () => {
  it.each([
    [undefined, undefined],
    ['kept', 'connections kept'],
    ['reset', { sockets: 'reset', idleMs: 5_000 }],
    ['{"sockets": "silent", "idleMs": 250}', { sockets: 'silent', idleMs: 250 }],
  ])('accepts %s', (text, freeze) => {
    expect(freezeOf(text)).toEqual(freeze);
  });

  it.each([
    '',
    'on',
    '{',
    '{"idleMs": 5}',
    '{"sockets": "reset", "idleMs": -1}',
    '{"sockets": "reset", "x": 1}',
  ])('refuses %s and lists the allowed values', (text) => {
    expect(() => freezeOf(text)).toThrow(`--freeze is '${text}'`);
  });
});
