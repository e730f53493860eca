import { describe, expect, it } from 'vitest';
import { QualityCollector } from '../../../../src/measure/index.ts';
import { headerOf, sampleOf } from '../../../support/measure/experiment.ts';

const header = headerOf({
  questions: {
    source: 'questions.jsonl',
    synthetic: false,
    list: [
      { id: '1', text: 'One?', relevant: { 'leave.md': 1 } },
      { id: '2', text: 'Two?', relevant: { 'guide/pay.md': 1, 'guide/tax.md': 1 } },
      { id: '3', text: 'Three?' },
    ],
  },
});

describe('QualityCollector', () => {
  it('matches hits by id or by the end of their path', () => {
    const quality = new QualityCollector(header);
    quality.add(sampleOf({ question: 0, hits: ['handbook/leave.md', 'other.md'] }));
    quality.add(sampleOf({ question: 1, hits: ['other.md', 'guide/pay.md'] }));
    const [ndcg, recall] = quality.judged('flat');
    expect(recall).toMatchObject({ name: 'recall@10', estimate: 0.75, n: 2 });
    // The nDCG of the first question is 1, and that of the second is (1 / log2(3)) / (1 + 1 / log2(3)).
    expect(ndcg!.estimate).toBeCloseTo((1 + 0.6309 / 1.6309) / 2, 3);
  });

  it('uses the first sample of a question, and skips questions without judgements', () => {
    const quality = new QualityCollector(header);
    quality.add(sampleOf({ question: 0, hits: ['leave.md'] }));
    quality.add(sampleOf({ question: 0, hits: ['other.md'] }));
    quality.add(sampleOf({ question: 2, hits: ['other.md'] }));
    expect(quality.judged('flat')[1]).toMatchObject({ estimate: 1, n: 1 });
    expect(quality.judged('missing')).toEqual([]);
  });
});
