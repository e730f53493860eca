import { openQueryCache } from '../../../src/api/query-cache/index.ts';
import { awsJsonSettings, startAwsJsonServer } from '../../support/aws-json-server.ts';
import { queryCacheConformance } from './suite.ts';

queryCacheConformance('dynamodb', async () => {
  const server = await startAwsJsonServer();
  const table = new Map();
  server.tables.set('answers', table);
  return {
    open: (now) => openQueryCache('dynamodb:answers', { now, aws: awsJsonSettings(server) }),
    keeps: true,
    isShared: true,
    isBilled: true,
    damage: async (key, bytes) => {
      table.set(key, { ...table.get(key), value: { B: Buffer.from(bytes).toString('base64') } });
    },
    stop: server.stop,
  };
});
