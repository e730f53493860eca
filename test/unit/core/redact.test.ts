import { describe, expect, it } from 'vitest';
import { asSragError, redact, redactSetting, redactTexts, SragError } from '../../../src/core/index.ts';

const SECRET = 'hunter2-S3CR3T';

const jsonFault = (text: string): string => {
  try {
    JSON.parse(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It is JSON.');
};

describe('redaction', () => {
  it.each([
    `https://user:${SECRET}@host.example/path`,
    `GET https://user:${SECRET}@host.example:8080/v1/embeddings?x=1 failed`,
    `"http://${SECRET}@host"`,
    `postgres://u:${SECRET}/with/slashes@host/db`,
    `redis://:p@${SECRET}@host`,
    `https://b.s3.amazonaws.com/k?X-Amz-Credential=${SECRET}%2F2026&X-Amz-Signature=${SECRET}&X-Amz-Security-Token=${SECRET}`,
    `https://blob.example/k?sv=1&sig=${SECRET}&se=2`,
    `https://api.example/v1?api_key=${SECRET}&q=1`,
    `https://api.example/v1?key=${SECRET}&q=1`,
    `https://api.example/v1?q=1&code=${SECRET}`,
    `https://api.example/v1?access_token=${SECRET}`,
    `Authorization: Bearer ${SECRET}`,
    `authorization: Basic ${SECRET}==`,
    `x-api-key: ${SECRET}`,
    `{"apiKey":"${SECRET}","x":1}`,
    `{"apiKey": "${SECRET} of several words"}`,
    `{\\"secretAccessKey\\": \\"${SECRET}\\"}`,
    `password = '${SECRET}'`,
    `AWS_SECRET_ACCESS_KEY=${SECRET}`,
    `SRAG_API_TOKEN=${SECRET} srag ask`,
    `Incorrect API key provided: sk-proj-${SECRET}abcdefgh.`,
    `token ghp_${SECRET.replaceAll('-', '')}abcdefghijklmnop`,
    `eyJhbGciOiJIUzI1NiJ9.${SECRET}.${SECRET}`,
    `-----BEGIN RSA PRIVATE KEY-----\n${SECRET.replaceAll('-', '')}\n-----END RSA PRIVATE KEY-----`,
    `Bearer ${SECRET}`,
    `Set-Cookie: session=${SECRET}`,
    `client_secret: ${SECRET}`,
    `{"credentials": "${SECRET}"}`,
    `credentials=${SECRET}`,
    jsonFault(`{"a": ${SECRET}`),
    jsonFault(SECRET),
    jsonFault(`'${SECRET}', "x" is not valid JSON`),
    `SRAG_SETTINGS is not valid JSON: ${jsonFault(`,${SECRET}`)}.`,
  ])('hides the secret in %s', (text) => {
    const shown = redact(text);
    expect(shown).not.toMatch(/hunter2|S3CR3T/);
    expect(shown).not.toBe(text);
    const error = new SragError('INTERNAL', text, {
      remedy: text,
      upstream: text,
      fields: { value: [{ text }] },
    });
    expect(JSON.stringify(error)).not.toMatch(/hunter2|S3CR3T/);
    expect(`${error.stack}`).not.toMatch(/hunter2|S3CR3T/);
    expect(JSON.stringify(asSragError(new Error(text)))).not.toMatch(/hunter2|S3CR3T/);
  });

  it.each([
    'There is no object default/indexes/published.json at s3://bucket/prefix.',
    'Setting chunker.maxTokens of srag is 1: Too small: expected number to be >=16.',
    'answer.maxOutputTokens: Invalid input',
    'The embedder http://localhost:11434/v1 did not answer within 30,000 ms.',
    'Check the key and its secret, and that it may read, write, list and delete objects there.',
    'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile (aws sso login).',
    'export SRAG_API_KEY=$(aws apigateway get-api-key --include-value --api-key id-1)',
    'Bearer tokens and basic authentication are two ways.',
    'team@example.org is not a secret; neither is https://example.org/@name.',
    "Expected ',' or '}' after property value in JSON at position 48 (line 1 column 49)",
    'The x-api-key header contains no valid key.',
    'The tokenizer: wordpiece',
    'There are no AWS credentials: Could not load credentials from any providers',
    'Provide AWS credentials: environment variables, a profile (aws sso login), or a role.',
  ])('leaves unchanged: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('hides all headers, and settings with secret names at every depth', () => {
    const settings = {
      apiKey: SECRET,
      baseUrl: `https://u:${SECRET}@host/v1`,
      headers: { 'x-anything': SECRET },
      nested: [
        { password: SECRET, token: SECRET, maxTokens: 5, tokenizer: 'a', maxTokensField: 'max_tokens' },
      ],
    };
    expect(redactSetting(settings, 'generatorSettings')).toEqual({
      apiKey: '(hidden)',
      baseUrl: 'https://(hidden)@host/v1',
      headers: { 'x-anything': '(hidden)' },
      nested: [
        {
          ...{ password: '(hidden)', token: '(hidden)' },
          ...{ maxTokens: 5, tokenizer: 'a', maxTokensField: 'max_tokens' },
        },
      ],
    });
  });

  it('takes linear time, even for repetitive texts', () => {
    const pieces = [
      '://',
      '://a:',
      'token=',
      'token',
      'secret"',
      'eyJ-',
      'Bearer 1',
      'sk-',
      'a@',
      '"',
      "', ",
      'password: "',
    ];
    pieces.push(
      "Unexpected token '",
      ' is not valid JSON',
      '-----BEGIN PRIVATE KEY-----',
      'authorization: bearer ',
    );
    for (const piece of pieces) {
      const cpu = (length: number): number => {
        const text = piece.repeat(length / piece.length);
        const before = process.cpuUsage();
        redact(text);
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1_000;
      };
      cpu(1_000);
      expect(cpu(200_000), piece).toBeLessThan(15 * Math.max(cpu(20_000), 20));
    }
  });
});

describe('the input that an error of JSON.parse quotes', () => {
  it.each([
    [`Unexpected token 'x', "{x: 1}" is not valid JSON`, "Unexpected token 'x' is not valid JSON"],
    [
      `settings.json: Unexpected token ''', ..."a", 'b', "... is not valid JSON (line 3)`,
      "settings.json: Unexpected token ''' is not valid JSON (line 3)",
    ],
    ['Unexpected end of JSON input', 'Unexpected end of JSON input'],
    ["Unexpected token 'x', and no more", "Unexpected token 'x', and no more"],
    ['The text is not valid JSON', 'The text is not valid JSON'],
    [
      `It is not valid JSON: Unexpected token 'x', as said`,
      `It is not valid JSON: Unexpected token 'x', as said`,
    ],
  ])('is removed from %j', (message, shown) => {
    expect(redact(message)).toBe(shown);
  });
});

describe('redacted values other than strings', () => {
  it('are unchanged unless they are plain objects or lists', () => {
    const when = new Date(0);
    const made = Object.create({ password: SECRET }) as object;
    for (const value of [5, true, null, undefined, when, made]) {
      expect(redactTexts(value)).toBe(value);
      expect(redactSetting(value, 'timeout')).toBe(value);
    }
    expect(redactTexts({ list: [1, null, { when }] })).toEqual({ list: [1, null, { when }] });
  });

  it('are hidden if their setting has a secret name, unless they are null or undefined', () => {
    expect(redactSetting(5, 'apiKey')).toBe('(hidden)');
    expect(redactSetting(null, 'apiKey')).toBeNull();
    expect(redactSetting(undefined, 'apiKey')).toBeUndefined();
  });
});
