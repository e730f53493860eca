import type { MonthPlan } from '../../../api/cost/index.ts';
import type { BackendFigures } from '../figures.ts';
import { requestsPerMonth, updatedRowsPerMonth, type Workload } from '../workload.ts';
import { type BackendPlan, embeddedUpdates } from './functions.ts';
import { modelUse, requestUse, withoutGateway } from './in-memory-server.ts';
import { collection } from './opensearch.ts';
import { putGigabytes, queryUse, vectorLimits, vectorStorage } from './s3-vectors.ts';

/** Models that a knowledge base uses if the workload names none. */
const EMBEDDING = 'amazon.titan-embed-text-v2:0';
const GENERATION = 'amazon.nova-lite-v1:0';

/** A Bedrock knowledge base: its vector store, and models; the service itself has no price. */
export function knowledgeBase(
  given: Workload,
  figures: BackendFigures,
  store: 'opensearch' | 's3-vectors',
): BackendPlan {
  const workload = withModels(given);
  const use = requestUse(workload);
  const common: MonthPlan = {
    requestsPerMonth: requestsPerMonth(workload),
    cacheHitRate: 0,
    coldShare: 0,
    warm: { gateway: use.gateway, ...modelUse(workload) },
    cold: {},
    atRest: { storageBytes: workload.rows * workload.textBytesPerRow },
    updates: { use: embeddedUpdates(workload), priced: [] },
  };
  const assumptions = [
    `questions and updates are embedded with ${workload.embedding}`,
    ...(workload.route === 'query' ? [`answers are written by ${workload.generation}`] : []),
    'clients call the API of the knowledge base themselves; documents are in S3',
    ...withoutGateway(workload),
  ];
  if (store === 's3-vectors') return onS3Vectors(workload, common, assumptions);
  const { fixed, assumptions: more } = collection(workload, figures.indexBytes, 'redundant');
  return { plan: { ...common, fixed }, assumptions: [...assumptions, ...more], limits: [] };
}

/** Texts are metadata that cannot be filtered, so they are stored, written and returned but not processed. */
function onS3Vectors(workload: Workload, common: MonthPlan, assumptions: readonly string[]): BackendPlan {
  const { textBytesPerRow, filterableBytesPerRow, updatedRowsPerDay } = workload;
  const days = updatedRowsPerDay === 0 ? 0 : updatedRowsPerMonth(workload) / updatedRowsPerDay;
  const puts = days * putGigabytes(workload, updatedRowsPerDay, textBytesPerRow);
  return {
    plan: {
      ...common,
      used: queryUse(workload, filterableBytesPerRow + textBytesPerRow),
      updates: { use: embeddedUpdates(workload), priced: [{ price: 's3-vectors.puts', quantity: puts }] },
      fixed: [vectorStorage(workload, 1, textBytesPerRow)],
    },
    assumptions: [...assumptions, 'texts are metadata of the vectors; updates are written once a day'],
    limits: vectorLimits(workload),
  };
}

const withModels = (workload: Workload): Workload => ({
  ...workload,
  cacheHitRate: 0,
  embedding: workload.embedding === 'none' ? EMBEDDING : workload.embedding,
  generation: workload.generation === 'extractive' ? GENERATION : workload.generation,
});
