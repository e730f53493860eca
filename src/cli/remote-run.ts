import type { Command } from 'commander';
import {
  type AwsSources,
  awsCredentials,
  type DeploymentRecord,
  RemoteApi,
  type RemoteAuth,
  requireDeployment,
} from '../cloud/deployment/index.ts';
import { processEnvironment, type Workspace } from '../config/index.ts';
import { SragError } from '../core/index.ts';
import { apiKeys, secretVariable } from './api-keys.ts';
import { jsonOption } from './options.ts';

/** Options of commands that query a deployment, as commander returns them. */
export interface RemoteOptions {
  /** Query the deployment recorded at the location. */
  readonly remote?: boolean;
  /** Query the API at this address. */
  readonly remoteUrl?: string;
  /** File whose first line is the API key; default `SRAG_API_KEY`. */
  readonly apiKeyFile?: string;
}

/** Whether the command queries a deployment. */
export const isRemote = ({ remote, remoteUrl }: RemoteOptions): boolean =>
  remote === true || remoteUrl !== undefined;

/** Adds the options that select a deployment. */
export const withRemoteOption = (command: Command): Command =>
  command
    .option('--remote', 'query the deployment of this location')
    .option(
      '--api-key-file <file>',
      'file whose first line is the API key of the deployment; default: SRAG_API_KEY',
    )
    .option(
      '--remote-url <url>',
      'query the API at this address (with SRAG_API_KEY or SRAG_API_TOKEN, if set)',
    );

/** Options that the HTTP API does not support, by commander's name. */
const LOCAL_ONLY: Readonly<Record<string, string>> = {
  minScore: '--min-score',
  perDocument: '--per-document',
  neighbours: '--neighbours',
  fusion: '--fusion',
  vectorWeight: '--vector-weight',
  param: '--param',
  embedder: '--embedder',
  embedderSettings: '--embedder-settings',
  generator: '--generator',
  generatorSettings: '--generator-settings',
  reranker: '--reranker',
  rerankerSettings: '--reranker-settings',
  compress: '--compress',
  language: '--language',
};

/** Search options that the API accepts. */
interface ApiOptions {
  readonly topK?: number;
  readonly filter?: string;
  readonly collection?: string;
  readonly index?: string;
  readonly mode?: string;
  readonly rescore?: boolean;
}

/**
 * The body of a request. @throws UNSUPPORTED for an option that only local searches support, INVALID_ARGUMENT
 * for an empty question or an invalid filter
 */
export function remoteBody(question: string, options: ApiOptions): object {
  const given = Object.entries(LOCAL_ONLY).find(
    ([key]) => (options as Record<string, unknown>)[key] !== undefined,
  )?.[1];
  const local = given ?? (options.rescore === false ? '--no-rescore' : undefined);
  if (local !== undefined) {
    throw new SragError('UNSUPPORTED', `${local} cannot be used with a deployment.`, {
      remedy: 'Omit it, or search without --remote. srag deploy selects embedder, generator and reranker.',
      fields: { field: local.slice(2) },
    });
  }
  if (question.trim() === '') {
    throw new SragError('INVALID_ARGUMENT', 'The question is empty.', {
      remedy: 'Write a question.',
      fields: { field: 'question' },
    });
  }
  const { topK, collection, index, mode } = options;
  const filter = jsonOption('filter', options.filter);
  return {
    question,
    topK,
    filter,
    collection,
    index,
    mode,
  };
}

/** A client of the selected deployment. @throws NO_DEPLOYMENT, CREDENTIALS_MISSING, INVALID_ARGUMENT */
export async function remoteApi(
  workspace: Workspace,
  { remoteUrl, apiKeyFile }: RemoteOptions,
): Promise<RemoteApi> {
  if (remoteUrl !== undefined)
    return new RemoteApi(checkedUrl(remoteUrl), (await keyOrToken(apiKeyFile)) ?? { kind: 'none' });
  const record = await requireDeployment(workspace.storage);
  return new RemoteApi(record.apiUrl, await authOf(record, workspace.config.deploy.profile, apiKeyFile));
}

/** Credentials for an API selected by its address. */
async function keyOrToken(file: string | undefined): Promise<RemoteAuth | undefined> {
  const [key] = (await apiKeys(file)) ?? [];
  if (key !== undefined) return { kind: 'api-key', key };
  const token = secretVariable('SRAG_API_TOKEN');
  return token === undefined ? undefined : { kind: 'jwt', token };
}

async function authOf(
  record: DeploymentRecord,
  profile: string | undefined,
  file: string | undefined,
): Promise<RemoteAuth> {
  const environment = processEnvironment();
  const { auth, region, apiKeyId } = record;
  if (auth === 'none') return { kind: 'none' };
  if (auth === 'iam') {
    const sources: AwsSources = { environment, profile: profile ?? record.profile };
    return { kind: 'iam', region, credentials: await awsCredentials(sources) };
  }
  const name = auth === 'api-key' ? 'SRAG_API_KEY' : 'SRAG_API_TOKEN';
  const secret = auth === 'api-key' ? (await apiKeys(file))?.[0] : secretVariable('SRAG_API_TOKEN');
  if (secret !== undefined)
    return auth === 'api-key' ? { kind: auth, key: secret } : { kind: auth, token: secret };
  throw new SragError(
    'CREDENTIALS_MISSING',
    `${record.name} requires ${auth === 'jwt' ? 'a token' : 'an API key'}: ${name} is not set.`,
    {
      remedy:
        auth === 'jwt'
          ? 'Set it to a token of the issuer.'
          : `export ${name}=$(aws apigateway get-api-key --include-value --query value --output text --region ${region} --api-key ${apiKeyId})`,
      fields: { variable: name },
    },
  );
}

function checkedUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new SragError('INVALID_ARGUMENT', `--remote-url '${text}' is not a URL.`, {
    remedy: 'Write it as http://... or https://... .',
    fields: { field: 'remote-url', value: text },
  });
}
