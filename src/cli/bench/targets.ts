import { readFile } from 'node:fs/promises';
import { processEnvironment } from '../../config/index.ts';
import { messageOf, redactAddress, SragError } from '../../core/index.ts';
import {
  type ColdTarget,
  type Experiment,
  httpSender,
  type Question,
  type ReplyDetails,
  type ResultVariant,
  type Target,
  type VariantDeclaration,
} from '../../measure/index.ts';
import type { ResolvedVariant } from './resolve-variants.ts';
import { startServing } from './serve-process.ts';

/**
 * Idle timeout of environments in seconds, if cold starts are measured: the minimum that `srag serve` allows.
 */
const COLD_IDLE_SECONDS = 1;
/** Milliseconds after which an idle environment has ended: the laptop cloud checks for them once a second. */
const COLD_IDLE_MS = 1_000 * COLD_IDLE_SECONDS + 1_100;

/** Context shared by all targets of a run. */
export interface TargetContext {
  readonly experiment: Experiment;
  readonly questions: readonly Question[];
  /** Precomputed vectors of the questions, if declared. */
  readonly vectorOf: ((question: Question) => readonly number[]) | undefined;
  readonly location: string;
  readonly configFile: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * A separate laptop cloud for a variant: gateway, functions and storage model, in other processes.
 * @param isCold whether its environments end as soon as they are idle
 */
export async function laptopTarget(
  context: TargetContext,
  variant: ResolvedVariant,
  isCold = false,
): Promise<ColdTarget> {
  const { declaration } = variant;
  const idle = isCold ? ['--idle', String(COLD_IDLE_SECONDS)] : [];
  const serving = await startServing([...serveOptions(context, variant), ...idle], context.signal);
  const sender = httpSender({
    url: serving.url,
    route: context.experiment.route,
    bodyOf: bodies(context, declaration),
    // The same key that the laptop cloud reads from the environment.
    apiKey: processEnvironment().SRAG_API_KEY,
  });
  return {
    send: sender.send,
    variant: describe(variant),
    warmUpRequests: isCold ? 0 : declaration.concurrency,
    idleMs: COLD_IDLE_MS,
    close: async () => {
      sender.close();
      await serving.close();
    },
  };
}

/** An API that is already running. */
export async function urlTarget(context: TargetContext, declaration: VariantDeclaration): Promise<Target> {
  const { url = '', name } = declaration;
  const apiKey = await apiKeyOf(context.experiment);
  const sender = httpSender({
    url,
    route: context.experiment.route,
    bodyOf: bodies(context, declaration),
    apiKey,
  });
  await reachable(sender.send, redactAddress(url), context.signal);
  return {
    send: sender.send,
    variant: { name, concurrency: declaration.concurrency, settings: settingsOf(declaration) },
    warmUpRequests: declaration.warmUp ? 1 : 0,
    close: async () => sender.close(),
  };
}

/** The searcher alone in this process: no gateway, no functions, no storage model. */
export async function inProcessTarget(context: TargetContext, variant: ResolvedVariant): Promise<Target> {
  const { declaration, workspace, manifest } = variant;
  const { questions, vectorOf, experiment } = context;
  if (experiment.route !== 'retrieve') {
    throw new SragError('UNSUPPORTED', 'The target "in-process" supports only the route "retrieve".', {
      remedy: 'Use the target "laptop" to measure answers.',
      fields: { field: 'route', value: experiment.route },
    });
  }
  const retriever = await workspace.retriever(await workspace.collection(), manifest, {
    needsEmbedder: vectorOf === undefined && declaration.mode !== 'lexical',
  });
  return {
    send: async (index, signal) => {
      const question = questions[index]!;
      const { hits, trace } = await retriever.retrieve({
        question: question.text,
        mode: declaration.mode,
        topK: declaration.topK,
        vector: vectorOf ? Float32Array.from(vectorOf(question)) : undefined,
        signal,
      });
      // The first request opens the index; that is not a cold start of an environment.
      const details: ReplyDetails = {
        trace: { ...trace, coldStart: false },
        hits: [...new Set(hits.map(({ documentId }) => documentId))],
      };
      return { status: 200, details: () => details };
    },
    variant: describe(variant),
    warmUpRequests: declaration.warmUp ? 1 : 0,
    close: async () => {},
  };
}

function serveOptions(
  { experiment, location, configFile }: TargetContext,
  variant: ResolvedVariant,
): string[] {
  const { declaration, manifest, workspace } = variant;
  const { memoryMb, concurrency, cache } = declaration;
  const { storageModel } = experiment;
  return [
    ...['--location', location, '--collection', workspace.config.collection],
    ...(configFile === undefined ? [] : ['--config', configFile]),
    ...['--index', `${manifest.kind}@${manifest.version}`, '--mode', declaration.mode],
    ...['--concurrency', String(concurrency), '--rate', '100000', '--burst', '100000'],
    ...(memoryMb === undefined ? [] : ['--memory', String(memoryMb)]),
    ...['--storage-model', typeof storageModel === 'string' ? storageModel : JSON.stringify(storageModel)],
    ...(cache ? [] : ['--no-query-cache']),
    '--no-access-log',
  ];
}

/** Request bodies by question, as JSON text. */
function bodies(
  { questions, vectorOf, experiment }: TargetContext,
  { topK, mode, index, collection }: VariantDeclaration,
): (question: number) => string {
  return (number) => {
    const question = questions[number]!;
    const isVector = vectorOf !== undefined && mode !== 'lexical' && experiment.route === 'retrieve';
    return JSON.stringify({
      question: question.text,
      vector: isVector ? Array.from(vectorOf(question)) : undefined,
      topK: experiment.route === 'query' ? Math.min(topK, 50) : topK,
      mode,
      index: experiment.target === 'url' ? index : undefined,
      collection: experiment.target === 'url' ? collection : undefined,
    });
  };
}

const settingsOf = (declaration: VariantDeclaration): Record<string, unknown> => {
  const { name: _, index: __, ...settings } = withoutSecrets(declaration);
  return settings;
};

/** A variant without secrets, as stored in result files. */
export const withoutSecrets = (variant: VariantDeclaration): VariantDeclaration =>
  variant.url === undefined ? variant : { ...variant, url: redactAddress(variant.url) };

function describe({ declaration, manifest }: ResolvedVariant): ResultVariant {
  const { kind, version, chunks, build, validation, collection } = manifest;
  return {
    name: declaration.name,
    index: {
      kind,
      version,
      rows: chunks,
      dimensions: collection.dimensions,
      sizeBytes: build.sizeBytes,
      buildMs: build.durationMs,
      validatedRecall: validation?.recall,
    },
    memoryMb: declaration.memoryMb,
    concurrency: declaration.concurrency,
    settings: settingsOf(declaration),
  };
}

async function apiKeyOf({ apiKeyFile }: Experiment): Promise<string | undefined> {
  if (apiKeyFile === undefined) return processEnvironment().SRAG_API_KEY;
  const text = await readFile(apiKeyFile, 'utf8').catch((cause: unknown) => {
    throw new SragError('PATH_NOT_FOUND', `The API key file cannot be read: ${messageOf(cause)}.`, {
      remedy: 'Correct apiKeyFile, or set SRAG_API_KEY.',
      fields: { field: 'apiKeyFile' },
      cause,
    });
  });
  return text.trim();
}

/**
 * Sends one request before the run, so that an unreachable target or a rejected key is an error, not a
 * result.
 */
async function reachable(send: Target['send'], url: string, signal: AbortSignal): Promise<void> {
  const { status = 200, details } = await send(0, signal).catch((cause: unknown) => {
    throw new SragError('REMOTE_FAILED', `${url} cannot be reached: ${messageOf(cause)}.`, {
      remedy: 'Correct the address of the variant, or start the API.',
      fields: { url },
      cause,
    });
  });
  if (status < 400 || status === 429 || status >= 500) return;
  throw new SragError('REMOTE_FAILED', `${url} answers ${status} (${details?.().code ?? 'no code'}).`, {
    remedy:
      status === 401 || status === 403
        ? 'Set SRAG_API_KEY.'
        : 'Check that this is the address of an srag API.',
    fields: { url, status },
  });
}
