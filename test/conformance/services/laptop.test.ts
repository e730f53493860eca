import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { laptopCredentials } from '../../../src/laptop/index.ts';
import { LAPTOP_BUCKET, startLaptop } from '../../support/laptop.ts';
import { dynamodbSuite } from './dynamodb-suite.ts';
import { startLaptopQueues } from './laptop-queues.ts';
import type { ServicePlace } from './place.ts';
import { listingSuite } from './s3-listing-suite.ts';
import { multipartSuite } from './s3-multipart-suite.ts';
import { objectsSuite } from './s3-objects-suite.ts';
import { sqsSuite } from './sqs-suite.ts';
import { ssmSuite } from './ssm-suite.ts';

let laptop: Awaited<ReturnType<typeof startLaptop>>;
let queues: Awaited<ReturnType<typeof startLaptopQueues>>;
beforeAll(async () => {
  laptop = await startLaptop();
  queues = await startLaptopQueues();
});
afterAll(async () => {
  await queues?.stop();
  await laptop?.stop();
});

const place = async (): Promise<ServicePlace> => ({
  endpoint: laptop.services.endpoint,
  region: 'us-east-1',
  credentials: laptopCredentials('services'),
});

ssmSuite("the laptop's", place);
dynamodbSuite("the laptop's", place);
sqsSuite("the laptop's", async () => queues);

const bucket = async () => ({
  ...(await place()),
  endpoint: laptop.services.s3Endpoint,
  bucket: LAPTOP_BUCKET,
});
listingSuite("the laptop's", bucket);
objectsSuite("the laptop's", bucket);
multipartSuite("the laptop's", bucket);

it('leaves no temporary files after unfinished writes', async () => {
  expect(await readdir(join(laptop.folder, '.srag-writes'))).toEqual([]);
});
