import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kmsSecret } from '../../../../src/io/remote/index.ts';
import { type LocalServer, startHttpServer } from '../../../support/http-server.ts';

const environment = (url: string) => ({
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
  AWS_ENDPOINT_URL_KMS: url,
});

describe('kmsSecret', () => {
  let server: LocalServer;
  let answer: (input: Record<string, string>) => object;
  beforeEach(async () => {
    server = await startHttpServer(async (request, response) => {
      expect(request.headers['x-amz-target']).toBe('TrentService.GenerateMac');
      response.writeHead(200).end(JSON.stringify(answer(JSON.parse(request.body))));
    });
    // The MAC is computed as KMS does, with a secret that depends on the key id.
    answer = ({ KeyId, MacAlgorithm, Message }) => ({
      KeyId,
      MacAlgorithm,
      Mac: createHmac('sha256', `secret of ${KeyId}`)
        .update(Buffer.from(Message!, 'base64'))
        .digest('base64'),
    });
  });
  afterEach(() => server.stop());

  it('returns a secret that depends only on the key', async () => {
    const secret = await kmsSecret('alias/one', environment(server.url));
    expect(secret).toHaveLength(32);
    expect(await kmsSecret('alias/one', environment(server.url))).toEqual(secret);
    expect(await kmsSecret('alias/two', environment(server.url))).not.toEqual(secret);
  });

  it('fails if KMS returns no MAC or cannot be called', async () => {
    answer = () => ({});
    await expect(kmsSecret('k', environment(server.url))).rejects.toMatchObject({ code: 'AWS_UNAVAILABLE' });
    await expect(kmsSecret('k', {})).rejects.toMatchObject({ code: 'CREDENTIALS_MISSING' });
  });
});
