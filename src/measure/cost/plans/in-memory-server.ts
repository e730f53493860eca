import { MONTH_HOURS, type RequestUse } from '../../../api/cost/index.ts';
import type { BackendFigures } from '../figures.ts';
import { corpusBytes, GIBIBYTE } from '../sizes.ts';
import { requestsPerMonth, type Workload } from '../workload.ts';
import { type BackendPlan, embeddedUpdates } from './functions.ts';
import { chooseInstances, SERVER_INSTANCES } from './instances.ts';

/** Memory of the operating system and of the process without its index. */
const BASE_GIB = 1;
const USABLE_SHARE = 0.8;
/** Volume of the operating system. */
const SYSTEM_GB = 8;
const LOG_BYTES = 480;
/** Processors are planned at half load. */
const LOAD = 0.5;

/** An EC2 instance that holds vectors, graph and texts in memory and answers requests itself. */
export function inMemoryServer(workload: Workload, figures: BackendFigures): BackendPlan {
  const { instance, count } = chooseInstances(
    SERVER_INSTANCES,
    {
      bytes: workload.servers * figures.indexBytes,
      cpus: (workload.peakRequestsPerSecond * figures.warmMs) / 1_000 / LOAD,
      count: workload.servers,
    },
    ({ memoryGib }) => (memoryGib * USABLE_SHARE - BASE_GIB) * GIBIBYTE,
  );
  const volumeGb = SYSTEM_GB + Math.ceil(figures.indexBytes / GIBIBYTE);
  const use = requestUse(workload);
  return {
    plan: {
      requestsPerMonth: requestsPerMonth(workload),
      cacheHitRate: workload.cacheHitRate,
      coldShare: 0,
      warm: { ...use, ...modelUse(workload) },
      cold: use,
      cached: use,
      atRest: { storageBytes: corpusBytes(workload) + figures.indexBytes },
      updates: { use: embeddedUpdates(workload), priced: [] },
      fixed: [
        { price: instance.price, quantity: count * MONTH_HOURS },
        { price: 'ebs.gp3', quantity: count * volumeGb },
      ],
    },
    assumptions: [
      `${count} x ${instance.type} (${instance.memoryGib} GiB) with ${volumeGb} GB each; index and texts of ${(figures.indexBytes / GIBIBYTE).toFixed(2)} GiB use at most 80 % of the memory`,
      `${figures.warmMs} ms of a processor per request at half load; no load balancer, alarms, patching or second zone`,
      ...withoutGateway(workload),
    ],
    limits: [],
  };
}

/** Transfer and log of a request that no gateway and no function serve. */
export const requestUse = ({ answerBytes }: Workload): RequestUse => ({
  gateway: { kind: 'none', requests: 1, bytesOut: answerBytes },
  logs: { bytes: LOG_BYTES },
});

/** A difference to plans with functions, whose requests pay for a gateway. */
export const withoutGateway = ({ gateway }: Workload): readonly string[] =>
  gateway === 'none'
    ? []
    : ['no API gateway, but the costs of functions include one (compare with --gateway none)'];

/** Models of a request. */
export const modelUse = (workload: Workload): RequestUse => {
  const { route, embedding, embeddingTokens, generation, inputTokens, outputTokens } = workload;
  return {
    embedding: { model: embedding, tokens: embeddingTokens },
    generation: route === 'query' ? { model: generation, inputTokens, outputTokens } : undefined,
    rerank: workload.rerank === 'none' ? undefined : { model: workload.rerank, documents: 50 },
  };
};
