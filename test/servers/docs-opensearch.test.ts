import { expect, it } from 'vitest';
import { runShellExample } from '../../scripts/docs-run.ts';
import { startOpenSearch } from './aws-servers.ts';

it('the OpenSearch example of the guide builds an index on a server and answers from it', async () => {
  const server = await startOpenSearch();
  try {
    const { output } = runShellExample('opensearch.sh', { OPENSEARCH: server.endpoint });
    expect(output).toContain('opensearch: OpenSearch 3.6.0');
    expect(output).toContain('; published');
    expect(output).toContain('A hotel night is paid up to 140 euros. [1]');
  } finally {
    await server.stop();
  }
});
