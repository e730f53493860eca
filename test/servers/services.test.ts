import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { dynamodbSuite } from '../conformance/services/dynamodb-suite.ts';
import { sqsSuite } from '../conformance/services/sqs-suite.ts';
import { ssmSuite } from '../conformance/services/ssm-suite.ts';
import { type AwsServer, startDynamoDbLocal, startMoto } from './aws-servers.ts';
import { sqsQueues } from './sqs-queues.ts';

/** Runs the suites of the laptop's services against independent implementations. */
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
  'refuses a path without a leading slash': 'moto returns no parameters',
  'refuses names with invalid characters': 'moto accepts them',
  'refuses values that are too long': 'moto accepts them',
});
sqsSuite('moto', async () => sqsQueues(place(moto)), {
  'assigns increasing sequence numbers': 'moto assigns random numbers',
  'returns the original message id for a duplicate': 'moto returns a new id',
});
dynamodbSuite('DynamoDB Local', async () => {
  const client = new DynamoDBClient(place(dynamodb));
  await client.send(
    new CreateTableCommand({
      TableName: 'cache',
      AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  client.destroy();
  return place(dynamodb);
});
