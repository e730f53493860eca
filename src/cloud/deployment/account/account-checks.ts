import { type AwsSources, awsCredentials, awsRegion } from '../credentials.ts';
import type { AwsAccount } from './aws-request.ts';
import { bootstrapState } from './bootstrap.ts';
import { type Check, check, Finding } from './check.ts';
import { callerIdentity } from './identity.ts';
import { modelState } from './models.ts';
import { concurrencyRoom, gatewayRate } from './quotas.ts';

/** Input of the account checks. */
export interface AccountQuestions {
  /** Models of Bedrock in use, by purpose, each with its own region if it has one. */
  readonly models: readonly {
    readonly purpose: string;
    readonly model: string;
    readonly region?: string | undefined;
  }[];
  /** Environments that functions reserve in total; 0 if they share the account's limit. */
  readonly reserved: number;
  /**
   * Whether the configuration sets the reservations. If they exceed the limit, AWS refuses the deployment;
   * default reservations that exceed it are left out.
   */
  readonly isReservationAsked: boolean;
  readonly nowMs: number;
}

/**
 * Checks whether an account is ready for a deployment: identity, CDK bootstrap, quotas, and models of
 * Bedrock.
 */
export async function accountChecks(sources: AwsSources, questions: AccountQuestions): Promise<Check[]> {
  let account: AwsAccount | undefined;
  const first = [
    await check('aws region', async () => awsRegion(sources)),
    await check('aws credentials', async () => {
      const found: AwsAccount = {
        region: awsRegion(sources),
        credentials: await awsCredentials(sources),
        environment: sources.environment,
      };
      const { account: number, arn } = await callerIdentity(found);
      account = found;
      return `account ${number}, ${arn}`;
    }),
  ];
  const known = account;
  if (known === undefined) return first;
  const models = questions.models.map(({ purpose, model, region = known.region }) =>
    check(`${purpose} model`, () => modelState({ ...known, region }, model, questions.nowMs)),
  );
  return [
    ...first,
    ...(await Promise.all([
      check('cdk bootstrap', () => bootstrapState(known)),
      check('lambda quota', () => orWarning(concurrencyRoom(known, questions))),
      check('api gateway quota', () => orWarning(gatewayRate(known))),
      ...models,
    ])),
  ];
}

/** Reports a quota that cannot be read as a warning, because this must not prevent a deployment. */
async function orWarning(quota: Promise<string | Finding>): Promise<string | Finding> {
  try {
    return await quota;
  } catch (error) {
    const { message, remedy = '' } = error as { message: string; remedy?: string };
    return new Finding('warning', `not known: ${message}`, remedy);
  }
}
