import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAPTOP_BUCKET, startLaptop } from '../../../support/laptop.ts';
import { rawHttp, signedAs } from '../../../support/raw-http.ts';

let laptop: Awaited<ReturnType<typeof startLaptop>>;
beforeAll(async () => {
  laptop = await startLaptop();
});
afterAll(() => laptop?.stop());

const method = fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS');
const body = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom(
    '<Delete><Object><Key>a</Key></Object></Delete>',
    '<CompleteMultipartUpload/>',
    '5\r\nhello\r\n0\r\n\r\n',
  ),
);

/** The status of the response to a request. */
const status = async (
  endpoint: string,
  ...request: [string, string, Record<string, string>, string | Uint8Array]
): Promise<number> => (await rawHttp(endpoint, ...request)).status;

describe('fuzzed requests', () => {
  it('to S3 get a response, cause no internal error, and create no file outside the bucket', async () => {
    const segment = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '',
        'a',
        'b',
        '%2e%2e',
        '%00',
        '%ff',
        '%',
        '%ED%95%9C',
        'x'.repeat(300),
        '.srag-writes',
      ),
      fc.string({ maxLength: 8 }).map(encodeURIComponent),
    );
    const path = fc
      .tuple(fc.constantFrom(LAPTOP_BUCKET, LAPTOP_BUCKET, 'other', ''), fc.array(segment, { maxLength: 4 }))
      .map(([bucket, segments]) => `/${[bucket, ...segments].join('/')}`);
    const query = fc.array(
      fc.constantFrom(
        ...['list-type=2', 'list-type=2', 'prefix=a', 'delimiter=%2F', 'max-keys=1', 'max-keys=x', 'uploads'],
        ...[
          'uploadId=x',
          'partNumber=1',
          'partNumber=0',
          'delete',
          'location',
          'acl',
          'continuation-token=YQ',
          '%',
        ],
      ),
      { maxLength: 3 },
    );
    const header = fc.constantFrom(
      ['range', 'bytes=0-0'],
      ['range', 'bytes=99999999999999999-'],
      ['range', 'bytes=-'],
      ['if-match', '*'],
      ['if-none-match', '*'],
      ['if-none-match', '"x"'],
      ['if-modified-since', 'never'],
      ['x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'],
      ['x-amz-decoded-content-length', '5'],
      ['content-encoding', 'aws-chunked'],
      ['x-amz-checksum-crc32', 'AAAAAA=='],
      ['x-amz-trailer', 'x-amz-checksum-sha256'],
      ['content-md5', 'x'],
      ['x-amz-copy-source', `/${LAPTOP_BUCKET}/a`],
      ['x-amz-copy-source', '%'],
      ['x-amz-meta-a', 'ä'],
      ['x-amz-acl', 'private'],
    ) as fc.Arbitrary<readonly [string, string]>;
    const headers = fc.array(header, { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(method, path, query, headers, body, async (verb, to, words, more, content) => {
        const url = words.length === 0 ? to : `${to}?${words.join('&')}`;
        const all = { ...signedAs('AKIALAPTOPfuzz'), ...Object.fromEntries(more) };
        const answered = await status(laptop.services.s3Endpoint, verb, url, all, content);
        expect(answered === 501 || (answered >= 200 && answered < 500), `${verb} ${url}: ${answered}`).toBe(
          true,
        );
      }),
      { numRuns: 1_500 },
    );
    expect(await readdir(dirname(laptop.folder))).toEqual(['bucket']);
  });

  it('to other services succeed or return client errors', async () => {
    const target = fc.constantFrom(
      ...[
        'AmazonSSM.PutParameter',
        'AmazonSSM.GetParametersByPath',
        'DynamoDB_20120810.PutItem',
        'x',
        '__proto__.x',
      ],
      ...['DynamoDB_20120810.GetItem', 'AmazonSQS.SendMessage', 'AmazonSQS.ChangeMessageVisibilityBatch'],
      ...['AWSStepFunctions.StartSyncExecution', 'AmazonSSM.__proto__', 'AmazonSQS'],
    );
    const name = fc.constantFrom(
      ...['Name', 'Value', 'Path', 'TableName', 'Item', 'Key', 'QueueUrl', 'MessageBody', 'MessageGroupId'],
      ...['stateMachineArn', 'input', 'Attributes', 'QueueName', '__proto__', 'constructor'],
    );
    const input = fc.oneof(
      fc.dictionary(name, fc.jsonValue({ maxDepth: 3 })).map((value) => JSON.stringify(value)),
      fc.json({ maxDepth: 3 }),
      fc.string({ maxLength: 50 }),
    );
    await fc.assert(
      fc.asyncProperty(target, input, async (to, content) => {
        const headers = { ...signedAs('AKIALAPTOPfuzz', 'x'), 'x-amz-target': to };
        const answered = await status(laptop.services.endpoint, 'POST', '/', headers, content);
        expect([200, 400], `${to} ${content}`).toContain(answered);
      }),
      { numRuns: 1_000 },
    );
    const paths = fc.constantFrom('f', 'f:x', '%', 'a%2Fb', 'arn:aws:lambda:::function:f', '..', '');
    await fc.assert(
      fc.asyncProperty(method, paths, input, async (verb, to, content) => {
        const url = `/2015-03-31/functions/${to}/invocations`;
        const headers = signedAs('AKIALAPTOPfuzz', 'lambda');
        const answered = await status(laptop.services.endpoint, verb, url, headers, content);
        expect([400, 404], `${verb} ${url} ${content}`).toContain(answered);
      }),
      { numRuns: 200 },
    );
  });

  it.each(['s3Endpoint', 'endpoint'] as const)('that are not HTTP do not crash %s', async (name) => {
    const { hostname, port } = new URL(laptop.services[name]);
    for (const bytes of [
      '\0\0\0',
      'GET\r\n\r\n',
      'PUT /x HTTP/1.1\r\ncontent-length: 99\r\n\r\nhalf',
      `GET /${'x'.repeat(40_000)}`,
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname);
        socket.on('close', () => resolve()).on('error', () => resolve());
        socket.write(bytes);
        setTimeout(() => socket.destroy(), 20);
      });
    }
    const { status } = await rawHttp(laptop.services[name], 'GET', '/', signedAs('AKIALAPTOPx'));
    expect(status).not.toBe(500);
  });
});
