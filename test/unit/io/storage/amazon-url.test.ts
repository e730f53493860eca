import { describe, expect, it } from 'vitest';
import { awsDualStackOrigin, awsOrigin } from '../../../../src/io/aws/index.ts';
import { bucketUrl, isBucketInPath } from '../../../../src/io/storage/s3/amazon-url.ts';

describe('URLs of AWS services', () => {
  it.each([
    ['eu-west-1', 'https://sqs.eu-west-1.amazonaws.com'],
    ['us-gov-west-1', 'https://sqs.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', 'https://sqs.cn-north-1.amazonaws.com.cn'],
    ['cn-northwest-1', 'https://sqs.cn-northwest-1.amazonaws.com.cn'],
    ['eusc-de-east-1', 'https://sqs.eusc-de-east-1.amazonaws.eu'],
    ['us-iso-east-1', 'https://sqs.us-iso-east-1.c2s.ic.gov'],
    ['us-isob-east-1', 'https://sqs.us-isob-east-1.sc2s.sgov.gov'],
  ])('in %s have the domain of their partition', (region, origin) => {
    expect(awsOrigin('sqs', region)).toBe(origin);
  });

  it.each([
    ['eu-west-1', 'https://s3vectors.eu-west-1.api.aws'],
    ['us-gov-west-1', 'https://s3vectors.us-gov-west-1.api.aws'],
    ['cn-north-1', 'https://s3vectors.cn-north-1.api.amazonwebservices.com.cn'],
    ['eusc-de-east-1', 'https://s3vectors.eusc-de-east-1.api.amazonwebservices.eu'],
  ])('in %s have the dual-stack domain of their partition', (region, origin) => {
    expect(awsDualStackOrigin('s3vectors', region)).toBe(origin);
  });

  it.each([
    ['handbook', 'eu-west-1', undefined, 'https://handbook.s3.eu-west-1.amazonaws.com/', false],
    ['handbook', 'cn-north-1', undefined, 'https://handbook.s3.cn-north-1.amazonaws.com.cn/', false],
    // The certificate for *.s3.REGION.amazonaws.com does not cover a bucket name that contains dots.
    ['docs.example.org', 'eu-west-1', undefined, 'https://s3.eu-west-1.amazonaws.com/', true],
    ['a.b', 'cn-north-1', undefined, 'https://s3.cn-north-1.amazonaws.com.cn/', true],
    ['handbook', 'eu-west-1', 'http://127.0.0.1:9000', 'http://127.0.0.1:9000/', true],
  ])('for bucket %s in %s with the endpoint %s are %s', (bucket, region, endpoint, url, inPath) => {
    expect(bucketUrl(bucket, region, endpoint).href).toBe(url);
    expect(isBucketInPath(bucket, endpoint)).toBe(inPath);
  });
});
