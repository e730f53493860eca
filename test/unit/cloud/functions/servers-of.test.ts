import { describe, expect, it } from 'vitest';
import { functionSettings, serversOf } from '../../../../src/cloud/functions/environment.ts';

const variables = {
  SRAG_LOCATION: 's3://bucket/prefix',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
};

describe('the servers of index kinds', () => {
  it('are taken from SRAG_OPENSEARCH, with the credentials of the environment', () => {
    const url = 'https://search.example.com';
    const settings = functionSettings({ ...variables, SRAG_OPENSEARCH: JSON.stringify({ url }) });
    expect(serversOf(settings)).toMatchObject({
      settings: { opensearch: { url } },
      aws: { region: 'eu-west-1', credentials: { accessKeyId: 'key' } },
    });
  });

  it('have the password of SRAG_OPENSEARCH_PASSWORD, which may contain quotes and backslashes', () => {
    const password = '"\\{}';
    const opensearchOf = (more: object) =>
      serversOf(functionSettings({ ...variables, SRAG_OPENSEARCH_PASSWORD: password, ...more })).settings
        .opensearch;
    const server = { url: 'https://search.example.com', username: 'srag' };
    expect(opensearchOf({ SRAG_OPENSEARCH: JSON.stringify(server) })).toEqual({ ...server, password });
    expect(opensearchOf({})).toBeUndefined();
  });

  it('are taken from SRAG_S3_VECTORS', () => {
    const given = { bucket: 'my-vectors', region: 'eu-north-1' };
    const settings = functionSettings({ ...variables, SRAG_S3_VECTORS: JSON.stringify(given) });
    expect(serversOf(settings)).toMatchObject({
      settings: { 's3-vectors': given },
      aws: { region: 'eu-west-1', credentials: { accessKeyId: 'key' } },
    });
  });

  it('are not configured without the variables', () => {
    const { settings } = serversOf(functionSettings(variables));
    expect(settings).toEqual({ opensearch: undefined, 's3-vectors': undefined });
  });
});
