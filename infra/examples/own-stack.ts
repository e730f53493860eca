import { App, Stack } from 'aws-cdk-lib';
import { ServerlessRag } from 'srag-infra';

const app = new App();
const stack = new Stack(app, 'Handbook', { env: { region: 'eu-west-1' } });
new ServerlessRag(stack, 'Rag', {
  name: 'handbook',
  auth: { kind: 'api-key', requestsPerDay: 10_000 },
  embedder: { name: 'bedrock-titan', settings: { dimensions: 512 } },
  generator: { name: 'bedrock', settings: { model: 'eu.amazon.nova-lite-v1:0' } },
  cache: 'dynamodb',
  ingest: false,
  alarms: { email: 'team@example.org', costUsdPerHour: 2 },
  tags: { team: 'search' },
});
