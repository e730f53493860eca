import { SragError } from '../../../core/index.ts';
import { awsEndpoint } from '../credentials.ts';
import { type AwsAccount, callAws } from './aws-request.ts';
import { Finding } from './check.ts';

interface Quota {
  readonly service: string;
  readonly code: string;
}

const CONCURRENT_EXECUTIONS: Quota = { service: 'lambda', code: 'L-B99A9384' };
const GATEWAY_RATE: Quota = { service: 'apigateway', code: 'L-8A5B8E43' };
/** Lambda keeps this many executions for functions without a reservation. */
const UNRESERVED = 100;

/** The account's limit: the value applied to the account, or else AWS's default. */
async function quotaOf(account: AwsAccount, { service, code }: Quota): Promise<number> {
  const ask = (operation: string): Promise<string> =>
    callAws(account, {
      service: 'servicequotas',
      title: 'Service Quotas',
      url: awsEndpoint('service-quotas', account.region, account.environment, 'servicequotas'),
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `ServiceQuotasV20190624.${operation}`,
      },
      body: JSON.stringify({ ServiceCode: service, QuotaCode: code }),
      permission: `servicequotas:${operation}`,
    });
  const text = await ask('GetServiceQuota').catch((error) => {
    if (error instanceof SragError && error.fields.type === 'NoSuchResourceException')
      return ask('GetAWSDefaultServiceQuota');
    throw error;
  });
  const value = (JSON.parse(text) as { Quota?: { Value?: unknown } }).Quota?.Value;
  if (typeof value === 'number') return value;
  throw new SragError('AWS_UNAVAILABLE', `Service Quotas returned no value for ${code}.`);
}

/** Concurrent executions that the account allows in its region. @throws the errors of {@link callAws} */
export const concurrencyLimit = (account: AwsAccount): Promise<number> =>
  quotaOf(account, CONCURRENT_EXECUTIONS);

/** Whether a limit suffices for the reserved environments. */
export const hasRoom = (limit: number, reserved: number): boolean =>
  reserved === 0 || reserved <= limit - UNRESERVED;

/** Checks whether the account's limit suffices for the reserved environments. */
export async function concurrencyRoom(
  account: AwsAccount,
  { reserved, isReservationAsked }: { readonly reserved: number; readonly isReservationAsked: boolean },
): Promise<string | Finding> {
  const quota = await concurrencyLimit(account);
  const detail = `${quota} concurrent executions; the deployment reserves ${reserved}`;
  if (hasRoom(quota, reserved)) return detail;
  const request = 'request more: Service Quotas, AWS Lambda, Concurrent executions.';
  const short = `${detail}, and Lambda keeps ${UNRESERVED} for functions without a reservation`;
  return isReservationAsked
    ? new Finding('failed', short, `Set deploy.reservedConcurrency to 'unreserved', or ${request}`)
    : new Finding(
        'warning',
        short,
        `srag deploy then makes no reservations, and the functions share the limit; or ${request}`,
      );
}

/** Reports the request rate that API Gateway allows, which is lower in newer accounts. */
export async function gatewayRate(account: AwsAccount): Promise<string> {
  return `${await quotaOf(account, GATEWAY_RATE)} requests a second for all APIs of the region`;
}
