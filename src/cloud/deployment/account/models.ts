import { awsEndpoint } from '../credentials.ts';
import { type AwsAccount, callAws } from './aws-request.ts';
import { Finding } from './check.ts';

interface ModelSummary {
  readonly modelId: string;
  readonly modelLifecycle?: {
    readonly status?: string;
    readonly endOfLifeTime?: string | number;
  };
}

interface Availability {
  readonly agreementAvailability?: { readonly status?: string };
  readonly authorizationStatus?: string;
  readonly entitlementAvailability?: string;
  readonly regionAvailability?: string;
}

/** Prefix of an inference profile that spans regions. */
const PROFILE = /^(us|us-gov|eu|apac|ca|jp|au|global)\./;
/** A model causes a warning if fewer days than this remain until its end of life. */
const SOON_DAYS = 90;
const DAY_MS = 86_400_000;

/** The foundation model behind a model id, an inference profile or an ARN. */
export const foundationModel = (model: string): string =>
  (model.split('/').at(-1) ?? model).replace(PROFILE, '');

/**
 * Checks whether a model of Bedrock is offered in the region, is not retired, and may be used by the account.
 * @param nowMs The current time, which is compared with the model's end of life.
 */
export async function modelState(
  account: AwsAccount,
  model: string,
  nowMs: number,
): Promise<string | Finding> {
  const id = foundationModel(model);
  const known = (await listModels(account)).find(
    ({ modelId }) => modelId === id || modelId.startsWith(`${id}:`),
  );
  if (known === undefined) {
    return new Finding(
      'failed',
      `${id} is not offered in ${account.region}`,
      'Choose another model or region: aws bedrock list-foundation-models. Retired models are not listed.',
    );
  }
  return (await accessFinding(account, id)) ?? lifeOf(known, id, nowMs);
}

function lifeOf({ modelLifecycle = {} }: ModelSummary, id: string, nowMs: number): string | Finding {
  const { status = 'ACTIVE', endOfLifeTime } = modelLifecycle;
  const endMs = timeOf(endOfLifeTime);
  const end = endMs === undefined ? '' : `, ends on ${new Date(endMs).toISOString().slice(0, 10)}`;
  if (endMs !== undefined && endMs <= nowMs)
    return new Finding('failed', `${id} has reached its end of life${end}`, 'Choose a newer model.');
  const isEnding = endMs !== undefined && endMs - nowMs < SOON_DAYS * DAY_MS;
  if (status !== 'ACTIVE' || isEnding)
    return new Finding('warning', `${id} is ${status.toLowerCase()}${end}`, 'Plan for a newer model.');
  return `${id} is active and may be used${end}`;
}

async function accessFinding(account: AwsAccount, id: string): Promise<Finding | undefined> {
  const text = await ask(
    account,
    `/foundation-model-availability/${encodeURIComponent(id)}`,
    'GetFoundationModelAvailability',
  );
  const availability = JSON.parse(text) as Availability;
  if (availability.regionAvailability === 'NOT_AVAILABLE')
    return new Finding('failed', `${id} cannot be used in ${account.region}`, 'Choose another region.');
  if (availability.authorizationStatus === 'NOT_AUTHORIZED')
    return new Finding(
      'failed',
      `the account may not use ${id}`,
      'Enable the model: Amazon Bedrock, Model access.',
    );
  const agreement = availability.agreementAvailability?.status ?? 'AVAILABLE';
  if (agreement !== 'AVAILABLE' || availability.entitlementAvailability === 'NOT_AVAILABLE') {
    return new Finding(
      'failed',
      `the agreement for ${id} is ${agreement.toLowerCase().replaceAll('_', ' ')}`,
      'Accept it: Amazon Bedrock, Model access.',
    );
  }
  return undefined;
}

async function listModels(account: AwsAccount): Promise<readonly ModelSummary[]> {
  const text = await ask(account, '/foundation-models', 'ListFoundationModels');
  return (JSON.parse(text) as { modelSummaries?: readonly ModelSummary[] }).modelSummaries ?? [];
}

const ask = (account: AwsAccount, path: string, operation: string): Promise<string> =>
  callAws(account, {
    service: 'bedrock',
    title: 'Bedrock',
    url: awsEndpoint('bedrock', account.region, account.environment),
    method: 'GET',
    path,
    permission: `bedrock:${operation}`,
  });

/** Parses seconds since 1970 or an ISO date; the protocol uses either. */
function timeOf(value: string | number | undefined): number | undefined {
  if (value === undefined) return undefined;
  const milliseconds = typeof value === 'number' ? value * 1_000 : Date.parse(value);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
