import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAPTOP_BUCKET, startLaptop } from '../../../support/laptop.ts';
import { type RawAnswer, rawHttp, signedAs } from '../../../support/raw-http.ts';

const B = `/${LAPTOP_BUCKET}`;

let laptop: Awaited<ReturnType<typeof startLaptop>>;
beforeAll(async () => {
  laptop = await startLaptop();
  await writeFile(join(laptop.folder, 'k'), 'x');
});
afterAll(() => laptop?.stop());

const raw = (method: string, path: string, headers = {}, body = ''): Promise<RawAnswer> =>
  rawHttp(laptop.services.s3Endpoint, method, path, { ...signedAs('AKIALAPTOPx'), ...headers }, body);

const codeIn = ({ body }: RawAnswer): string => /<Code>([^<]*)<\/Code>/.exec(body)?.[1] ?? '';

describe('S3 refuses', () => {
  it.each([
    ['..', `${B}/../../etc/passwd`],
    ['..', `${B}/a/../../x`],
    ['%2e%2e', `${B}/%2e%2e/x`],
    ['%2E%2E%2F', `${B}/a%2F..%2F..%2Fx`],
    ['an absolute path', `${B}//etc/passwd`],
    ['NUL', `${B}/a%00b`],
    ['a backslash', `${B}/a%5C..%5Cb`],
    ['its own folder', `${B}/.srag-writes/x`],
    ['a folder marker', `${B}/folder/`],
    ['a key of 1,025 bytes', `${B}/${'k/'.repeat(512)}k`],
    ['a segment of 256 bytes', `${B}/${'k'.repeat(256)}`],
  ])('keys that are not valid file paths: %s', async (_name, path) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await raw(method, path);
      expect([answer.status, codeIn(answer)]).toEqual([400, 'InvalidArgument']);
    }
    expect((await raw('POST', `${path}?uploads`)).status).toBe(400);
    expect(await readdir(dirname(laptop.folder))).toEqual(['bucket']);
    expect((await readdir(laptop.folder)).filter((name) => name !== '.srag-writes')).toEqual(['k']);
  });

  it.each([
    ['GET', `${B}/%zz`, 400, 'InvalidURI'],
    ['GET', '/no-such-bucket/k', 404, 'NoSuchBucket'],
    ['GET', '/no-such-bucket?list-type=2', 404, 'NoSuchBucket'],
    ['PUT', `${B}/k/below`, 400, 'InvalidArgument'],
    ['GET', `${B}/none`, 404, 'NoSuchKey'],
  ] as const)('%s %s with %s %s', async (method, path, status, code) => {
    const answer = await raw(method, path);
    expect([answer.status, codeIn(answer)]).toEqual([status, code]);
    expect(answer.headers['x-amz-request-id']).toMatch(/^[0-9A-F]{16}$/);
  });

  it.each([
    ['GET', '/', 'GET without a bucket'],
    ['PUT', B, 'PUT without a subresource'],
    ['GET', `${B}?location`, "The parameter 'location'"],
    ['GET', `${B}?uploads`, "The parameter 'uploads'"],
    ['GET', `${B}/k?uploadId=x`, "The parameter 'uploadId'"],
    ['GET', `${B}?acl`, "The parameter 'acl'"],
    ['GET', `${B}`, 'GET without a subresource'],
    ['GET', `${B}?versioning`, "The parameter 'versioning'"],
    ['PUT', `${B}?policy`, "The parameter 'policy'"],
    ['GET', `${B}?list-type=2&fetch-owner=true`, "The parameter 'fetch-owner'"],
    ['GET', `${B}/k?tagging`, "The parameter 'tagging'"],
    ['GET', `${B}/k?versionId=1`, "The parameter 'versionId'"],
    ['GET', `${B}/k?response-content-type=a`, "The parameter 'response-content-type'"],
    ['POST', `${B}/k?select&select-type=2`, "The parameter 'select'"],
    ['PATCH', `${B}/k`, 'PATCH'],
  ] as const)('unsupported operations, with an error that names them: %s %s', async (method, path, name) => {
    const answer = await raw(method, path);
    expect([answer.status, codeIn(answer)]).toEqual([501, 'NotImplemented']);
    expect(answer.body).toContain(name);
  });

  it.each([
    ['PUT', 'x-amz-tagging', 'a=b'],
    ['PUT', 'x-amz-acl', 'private'],
    ['PUT', 'x-amz-server-side-encryption', 'aws:kms'],
    ['PUT', 'x-amz-object-lock-mode', 'GOVERNANCE'],
    ['PUT', 'x-amz-copy-source', `${B}/k`],
    ['GET', 'if-modified-since', 'Thu, 01 Jan 2015 00:00:00 GMT'],
    ['DELETE', 'if-match', '"e"'],
    ['PUT', 'if-none-match', '"e"'],
  ] as const)('%s with the header %s', async (method, header, value) => {
    const answer = await raw(method, `${B}/k2`, { [header]: value });
    expect([answer.status, codeIn(answer)]).toEqual([501, 'NotImplemented']);
  });

  it('unsigned requests, and malformed or unsupported signatures', async () => {
    const { s3Endpoint } = laptop.services;
    const answers = await Promise.all([
      rawHttp(s3Endpoint, 'GET', `${B}/k`),
      rawHttp(s3Endpoint, 'GET', `${B}/k`, { authorization: 'AWS4-HMAC-SHA256 Credential=x' }),
      rawHttp(s3Endpoint, 'GET', `${B}/k`, { authorization: 'AWS key:signature' }),
    ]);
    expect(answers.map((answer) => [answer.status, codeIn(answer)])).toEqual([
      [403, 'AccessDenied'],
      [400, 'AuthorizationHeaderMalformed'],
      [400, 'InvalidRequest'],
    ]);
  });

  it.each([
    ['no content', ''],
    ['invalid XML', 'Delete'],
    ['a missing end tag', '<Delete><Object><Key>k</Key>'],
    ['another root element', '<Other/>'],
    ['no objects', '<Delete></Delete>'],
    ['a document type', '<!DOCTYPE x [<!ENTITY a "b">]><Delete><Object><Key>k</Key></Object></Delete>'],
    ['an unknown entity', '<Delete><Object><Key>&a;</Key></Object></Delete>'],
    ['depth', `<Delete>${'<a>'.repeat(50_000)}`],
    ['too many', `<Delete>${'<Object><Key>k</Key></Object>'.repeat(1_001)}</Delete>`],
  ])('a DeleteObjects document with %s', async (_name, document) => {
    const { createHash } = await import('node:crypto');
    const md5 = createHash('md5').update(document).digest('base64');
    const answer = await raw('POST', `${B}?delete`, { 'content-md5': md5 }, document);
    expect([answer.status, codeIn(answer)]).toEqual([400, 'MalformedXML']);
    expect((await raw('GET', `${B}/k`)).status).toBe(200);
  });
});
