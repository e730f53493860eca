import { describe, expect, it } from 'vitest';
import { estimateCost, loadPrices, RECORD_LOG_BYTES } from '../../../../src/api/cost/index.ts';
import { Observer } from '../../../../src/api/observability/index.ts';
import { DEFAULT_ASSUMPTIONS, planOf, RETRIEVAL_METRICS } from '../../../../src/measure/cost/index.ts';
import { captured } from '../../api/observability/captured.ts';

describe('log and metric assumptions of srag cost', () => {
  it.each(['all', 'essential', 'none'] as const)(
    'match the size of the lines that a retrieval writes with metrics %s',
    async (metrics) => {
      const cost = estimateCost(planOf(DEFAULT_ASSUMPTIONS).cold, await loadPrices('us-east-1'));
      const observer = new Observer({ service: 'srag-production', logText: false, metrics });
      const { lines } = await captured(() =>
        observer.recordRequest({
          function: 'retrieve',
          requestId: '7b5a6c1e-9a53-4c1e-8d7a-3f1a2b3c4d5e',
          traceHeader: 'Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=1',
          route: 'POST /retrieve',
          status: 200,
          coldStart: true,
          initMs: 150.123,
          index: { kind: 'snapshot', version: '20261124T101112Z-1a2b' },
          mode: 'lexical',
          stages: { openMs: 60.1234, searchMs: 12.3456 },
          totalMs: 250.123,
          storage: { reads: 16, bytes: 8_000_000, waves: 3, cacheHits: 0 },
          hits: 5,
          cost,
        }),
      );
      const bytes = Buffer.byteLength(`${lines.join('\n')}\n`);
      expect(bytes).toBeGreaterThan(RECORD_LOG_BYTES[metrics] * 0.85);
      expect(bytes).toBeLessThan(RECORD_LOG_BYTES[metrics] * 1.15);
      const emf = JSON.parse(lines[0]!) as { _aws?: { CloudWatchMetrics: { Metrics: object[] }[] } };
      expect(emf._aws?.CloudWatchMetrics[0]?.Metrics.length ?? 0).toBe(RETRIEVAL_METRICS[metrics]);
    },
  );
});
