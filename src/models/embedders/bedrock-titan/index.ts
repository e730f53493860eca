import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { z } from 'zod';
import {
  awsClientOptions,
  awsRequest,
  guardedClient,
  mapConcurrently,
  protocolFailure,
  type ServiceContext,
  withRetry,
} from '../../../io/remote/index.ts';
import { loadOptionalPackage, parseSettings } from '../../../io/settings/index.ts';
import type { Embedder } from '../port.ts';
import { embedderId, joinVectors, prefixedEmbedder } from '../texts.ts';
import { settingsSchema, type TitanSettings } from './settings.ts';

export { settingsSchema };

/** Maximum bytes of a response. A vector of 1,024 numbers takes tens of kilobytes of JSON. */
const MAX_ANSWER_BYTES = 2 ** 20;
/** Titan's response: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html */
const answerSchema = z.object({ embedding: z.array(z.number()), inputTextTokenCount: z.number() });

const loadSdk = () =>
  loadOptionalPackage(
    '@aws-sdk/client-bedrock-runtime',
    "Embedder 'bedrock-titan'",
    () => import('@aws-sdk/client-bedrock-runtime'),
  );

/** Creates an embedder. @throws UNKNOWN_CONFIG_KEY, INVALID_CONFIG. */
export function create(given: unknown): Embedder {
  const settings = parseSettings(settingsSchema, given, "embedder 'bedrock-titan'");
  const { model, dimensions, documentPrefix, attempts, concurrency } = settings;
  const service = `Bedrock model ${model}`;
  const request = titanRequest(settings, { failedCode: 'EMBEDDER_FAILED', service, model });
  const id = embedderId('bedrock-titan', model, dimensions, { documentPrefix });
  return prefixedEmbedder(settings, { id, dimensions, batchSize: 64 }, async (texts, outer) => {
    const answers = await mapConcurrently(
      texts,
      concurrency,
      (text, _index, signal) => withRetry(() => request(text, signal), { policy: { attempts }, signal }),
      outer,
    );
    const inputTokens = answers.reduce((sum, answer) => sum + answer.inputTextTokenCount, 0);
    const vectors = answers.map((answer) => answer.embedding);
    return joinVectors(vectors, dimensions, service, { unitLength: true, inputTokens });
  });
}

/** Amazon Titan Text Embeddings V2 through Bedrock's InvokeModel: one text per request, several requests in flight. */
function titanRequest(settings: TitanSettings, context: ServiceContext) {
  const { model, dimensions, timeoutMs } = settings;
  let connected: Promise<BedrockRuntimeClient> | undefined;
  return async (inputText: string, signal: AbortSignal): Promise<z.output<typeof answerSchema>> => {
    const { BedrockRuntimeClient, InvokeModelCommand } = await loadSdk();
    connected ??= awsClientOptions(settings).then((options) =>
      guardedClient(new BedrockRuntimeClient(options), MAX_ANSWER_BYTES),
    );
    const client = await connected;
    const command = new InvokeModelCommand({
      modelId: model,
      contentType: 'application/json',
      accept: 'application/json',
      body: JSON.stringify({ inputText, dimensions, normalize: true }),
    });
    const send = (abortSignal: AbortSignal) => client.send(command, { abortSignal });
    const body = new TextDecoder().decode((await awsRequest(send, { context, timeoutMs, signal })).body);
    try {
      return answerSchema.parse(JSON.parse(body));
    } catch (cause) {
      throw protocolFailure(context, 'the answer is not an embedding.', { words: body.slice(0, 100), cause });
    }
  };
}
