import { afterAll, beforeAll } from 'vitest';
import { laptopCredentials } from '../../../src/emulator/index.ts';
import { startLaptop } from '../../support/laptop.ts';
import { dynamodbSuite } from './dynamodb-suite.ts';
import type { ServicePlace } from './place.ts';
import { sqsSuite } from './sqs-suite.ts';
import { ssmSuite } from './ssm-suite.ts';

let laptop: Awaited<ReturnType<typeof startLaptop>>;
beforeAll(async () => {
  laptop = await startLaptop();
});
afterAll(() => laptop?.stop());

const place = async (): Promise<ServicePlace> => ({
  endpoint: laptop.services.endpoint,
  region: 'us-east-1',
  credentials: laptopCredentials('services'),
});

ssmSuite("the laptop's", place);
dynamodbSuite("the laptop's", place);
sqsSuite("the laptop's", place);
