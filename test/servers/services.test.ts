import { afterAll, beforeAll } from 'vitest';
import { dynamodbSuite } from '../conformance/services/dynamodb-suite.ts';
import { sqsSuite } from '../conformance/services/sqs-suite.ts';
import { ssmSuite } from '../conformance/services/ssm-suite.ts';
import { type AwsServer, startDynamoDbLocal, startMoto } from './aws-servers.ts';

/** The cases that the laptop's services pass, on servers that others have written. */
let moto: AwsServer;
let dynamodb: AwsServer;
beforeAll(async () => {
  [moto, dynamodb] = await Promise.all([startMoto(), startDynamoDbLocal()]);
});
afterAll(async () => {
  await moto?.stop();
  await dynamodb?.stop();
});

const place = ({ endpoint }: AwsServer) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'testkey', secretAccessKey: 'testsecret' },
});

ssmSuite('moto', async () => place(moto), {
  'refuses a path without a slash before it': 'moto finds nothing there',
  'refuses names with characters that no name has': 'moto takes them',
  'refuses values that are too long': 'moto takes them',
});
sqsSuite('moto', async () => place(moto), {
  'numbers messages in the order in which they were sent': 'moto draws random numbers',
  'tells the sender of a message that was sent before the id of that one': 'moto makes a new id',
});
dynamodbSuite('DynamoDB Local', async () => place(dynamodb));
