import {
  type RagServiceParts,
  RequestMeter,
  recordRefusal,
  type Services,
  servedCollection,
  throughCache,
} from '../../api/service/index.ts';
import { SragError } from '../../core/index.ts';
import { AwsJsonRpc, awsRpcSettings } from '../../io/remote/index.ts';
import { bucketObjects } from './engines.ts';
import { type FunctionSettings, functionEnvironment, servedBy } from './environment.ts';
import { PublishedVersions } from './published-versions.ts';
import { execute } from './state-machine-query.ts';

type Parts = Pick<RagServiceParts, 'host' | 'switches' | 'cache' | 'costOf' | 'record'>;

/** `POST /query` as a deployment answers it: through the state machine, unless the answer is cached. */
export function baselineService(
  settings: FunctionSettings,
  parts: Parts,
): Pick<Services, 'query' | 'refused'> {
  const arn = settings.SRAG_STATE_MACHINE;
  const rpc = awsRpcSettings('states', functionEnvironment());
  if (arn === undefined || rpc === undefined) {
    throw new SragError('INVALID_CONFIG', 'SRAG_STATE_MACHINE is not set.', {
      remedy: 'The deployment sets it to the ARN of the Express state machine.',
    });
  }
  // Times out with the state machine, which does its own retries.
  const states = new AwsJsonRpc('states', {
    ...rpc,
    timeoutMs: 29_000,
    retry: { attempts: 1, baseMs: 0, capMs: 0 },
  });
  const versions = new PublishedVersions(bucketObjects(settings));

  return {
    refused: (error, context) => recordRefusal(parts, error, context),

    async query(request, context) {
      const meter = new RequestMeter(parts);
      const { cache, record } = parts;
      const switches = await parts.switches();
      const index = request.index ?? switches.index ?? settings.SRAG_INDEX;
      const { topK = settings.SRAG_ANSWER.topK } = request;
      const effective = { ...request, topK, ...(index === undefined ? {} : { index }) };
      const recordRequest = (answer?: string, error?: unknown): void | Promise<void> => {
        const { trace, use } = meter.own;
        const text = { question: request.question, answer };
        return record({
          context,
          trace,
          use,
          cost: meter.cost(use),
          error,
          text,
        });
      };
      const keyParts = async (collection: string) => {
        const { question, ...options } = effective;
        // A version in the request counts, or else the published one. If that is unreadable, retrieval
        // reports the error.
        const [kind = '', named] = index?.split('@', 2) ?? [];
        const version =
          named === undefined
            ? await versions.of(collection, (use) => meter.read(use)).catch(() => undefined)
            : { kind, version: named };
        // For a kind other than the published one, the version that answers is unknown here.
        if (version === undefined || (kind !== '' && version.kind !== kind)) return undefined;
        return {
          collection,
          index: version,
          question,
          options: {
            mode: settings.SRAG_MODE,
            answer: settings.SRAG_ANSWER,
            ...options,
            compression: switches.compression,
          },
          embedder: (settings.SRAG_EMBEDDER ?? '') + JSON.stringify(settings.SRAG_EMBEDDER_SETTINGS),
          reranker: settings.SRAG_RERANKER + JSON.stringify(settings.SRAG_RERANKER_SETTINGS),
          generator: settings.SRAG_GENERATOR + JSON.stringify(settings.SRAG_GENERATOR_SETTINGS),
        };
      };
      try {
        const collection = servedCollection(request.collection, servedBy(settings));
        const produce = async () => {
          const onBilled = meter.ranStateMachine.bind(meter);
          const { content: found, steps } = await execute(states, arn, effective, { ...context, onBilled });
          meter.joined(steps);
          return found;
        };
        const content = await throughCache({ cache, switches, meter }, () => keyParts(collection), produce);
        const reply = meter.reply(content, context.requestId);
        await recordRequest(content.answer);
        return reply;
      } catch (error) {
        await recordRequest(undefined, error);
        throw error;
      }
    },
  };
}
